#include "giemsa/cli/measured_part.h"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>
#include <set>

#include "giemsa/cli/class_map.h"
#include "giemsa/core/csv.h"
#include "giemsa/core/error.h"

namespace giemsa {

namespace fs = std::filesystem;

namespace {

/// Whether a split.csv speaks of these data: it names at least one of their pictures.
bool speaks_of(const fs::path& split, const Source& source) {
  const CsvTable table = CsvTable::read(split);
  const std::size_t path = table.column("path");
  std::set<std::string_view> known;
  for (const Record& record : source.records()) known.insert({record.path, record.id});
  return std::any_of(table.rows().begin(), table.rows().end(),
                     [&](const auto& row) { return known.contains(row[path]); });
}

}  // namespace

fs::path run_folder_of(const fs::path& model) {
  const fs::path folder = fs::canonical(model);
  for (const fs::path& candidate : {folder, folder.parent_path()}) {
    const bool made_here = fs::exists(candidate / "config.toml") || fs::exists(candidate / "adapt.toml");
    if (made_here && fs::exists(candidate / "split.csv")) return candidate;
  }
  return {};
}

std::optional<Split> split_at_hand(const Source& source, const fs::path& run) {
  try {
    if (!run.empty() && speaks_of(run / "split.csv", source)) return read_split(run / "split.csv", source);
    return official_split(source);
  } catch (const Error& error) {
    if (error.kind() != ErrorKind::Data) throw;
    return {};
  }
}

MeasuredPart choose_part(const Source& source, const std::string& part, const std::string& split_file,
                         const fs::path& run, std::span<const int> match) {
  MeasuredPart chosen{.name = part, .split = {}, .records = {}};
  if (!split_file.empty()) {
    chosen.split = read_split(split_file, source);
  } else if (part != "all" && !run.empty() && speaks_of(run / "split.csv", source)) {
    chosen.split = read_split(run / "split.csv", source);
  } else if (part != "all" && !part.empty()) {
    chosen.split = official_split(source);
  }
  if (chosen.name.empty()) {
    chosen.name = !chosen.split ? "all" : chosen.split->members(Part::Test).empty() ? "val" : "test";
  }
  if (chosen.name == "all") {
    chosen.records.resize(source.records().size());
    std::iota(chosen.records.begin(), chosen.records.end(), std::size_t{0});
  } else {
    chosen.records = chosen.split->members(parse_part(chosen.name, "--split"));
  }
  chosen.left_out = std::erase_if(chosen.records, [&](std::size_t record) {
    const int label = source.records()[record].label;
    return label >= 0 && match[static_cast<std::size_t>(label)] == kLeftOut;
  });
  require(!chosen.records.empty(), ErrorKind::Data,
          fmt::format("[split] the part '{}' is empty", chosen.name),
          "another part or split file; giemsa evaluate also measures --split all");
  return chosen;
}

std::vector<std::array<std::size_t, 3>> split_counts(const Split& split, const Source& source,
                                                     std::span<const int> match, std::size_t classes) {
  std::vector<std::array<std::size_t, 3>> counts(classes);
  const auto of_source = count_split(split, source);
  for (std::size_t c = 0; c < of_source.size(); ++c) {
    if (match[c] == kLeftOut) continue;
    for (std::size_t part = 0; part < 3; ++part)
      counts[static_cast<std::size_t>(match[c])][part] += of_source[c][part];
  }
  return counts;
}

}  // namespace giemsa
