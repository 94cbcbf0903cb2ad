#include "giemsa/data/measuring_only.h"

#include <set>
#include <system_error>

#include "giemsa/core/error.h"
#include "giemsa/core/file.h"

namespace giemsa {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kHead =
    "# Corrupted copies, made by giemsa corrupt: for measuring only. giemsa trains on nothing at or below "
    "this "
    "folder.\n";

/// Whether the card of giemsa, and not another file of its name, lies in the folder.
bool has_card(const fs::path& folder) {
  constexpr std::uint64_t kMostBytes = 1 << 16;
  const fs::path card = folder / kMeasuringCardName;
  std::error_code error;
  if (!fs::is_regular_file(card, error)) return false;
  try {
    return read_text(card, kMostBytes).starts_with(kHead);
  } catch (const Error&) {  // unreadable, or far too large for a card
    return false;
  }
}

bool at_or_above(fs::path folder) {
  for (;; folder = folder.parent_path()) {
    if (has_card(folder)) return true;
    if (folder == folder.parent_path()) return false;
  }
}

}  // namespace

void describe(OptionVisitor& visit, MeasuringCard& card) {
  visit.field("corruption", card.corruption, {.doc = "What was done to the pictures."});
  visit.field("severity", card.severity, {.doc = "1 to 5; 0: it has no severities."});
  visit.field("magnitude", card.magnitude, {.doc = "How strong it is."});
  visit.field("meaning", card.meaning, {.doc = "What the numbers of the magnitude are."});
  visit.field("seed", card.seed, {.doc = "The seed of what was drawn."});
  visit.field("source", card.source, {.doc = "The data set that the pictures are copies of."});
}

std::string measuring_card_text(MeasuringCard card) {
  const std::string facts = to_toml([&](OptionVisitor& visit) { describe(visit, card); }, true);
  return std::string(kHead) + "\n" + facts;
}

bool made_by_corrupt(const fs::path& data) {
  std::error_code error;
  const fs::path real = fs::canonical(data, error);
  return !error && at_or_above(real);
}

bool made_by_corrupt(const Source& source) {
  if (!source.has_files()) return false;
  std::set<fs::path> folders;
  for (const Record& record : source.records()) {
    std::error_code error;
    const fs::path file = record.path;
    // The folder's own links are followed once for all of its pictures, a picture's for each.
    const bool link = fs::is_symlink(file, error);
    folders.insert(link ? fs::weakly_canonical(file, error).parent_path() : file.parent_path());
  }
  for (const fs::path& folder : folders) {
    if (made_by_corrupt(folder)) return true;
  }
  return false;
}

}  // namespace giemsa
