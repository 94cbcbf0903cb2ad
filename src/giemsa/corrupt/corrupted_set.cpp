#include "giemsa/corrupt/corrupted_set.h"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <optional>
#include <set>

#include "giemsa/core/csv.h"
#include "giemsa/core/error.h"
#include "giemsa/core/parallel.h"
#include "giemsa/core/text.h"
#include "giemsa/data/broken_picture.h"
#include "giemsa/data/file_names.h"
#include "giemsa/data/measuring_only.h"
#include "giemsa/data/new_folder.h"
#include "giemsa/image/codec.h"

namespace giemsa {
namespace {

namespace fs = std::filesystem;

/// "plate 1/x.tif" → "x.png"; "train_images/17" of an array → "train_images_000017.png".
std::string file_name(const Source& source, const Record& record) {
  if (source.has_files()) return fs::path(record.path).stem().string() + ".png";
  const std::vector<std::string> parts = split_text(record.id, '/');
  return fmt::format("{}_{:0>6}.png", parts.front(), parts.back());
}

std::string manifest_text(const Source& source, const std::vector<std::string>& paths) {
  const auto records = source.records();
  const bool split = std::ranges::any_of(records, [](const Record& r) { return r.official != Part::None; });
  const bool subject = std::ranges::any_of(records, [](const Record& r) { return !r.subject.empty(); });
  std::string text;
  const auto add_row = [&](std::vector<std::string> row, const std::string& part, const std::string& who) {
    if (split) row.push_back(part);
    if (subject) row.push_back(who);
    append_csv_row(text, row);
  };
  add_row({"path", "label", "id"}, "split", "subject");
  for (std::size_t i = 0; i < paths.size(); ++i) {
    const Record& record = records[i];
    if (!paths[i].empty()) {
      add_row({paths[i], source.class_name(record.label), record.id}, part_name(record.official),
              record.subject);
    }
  }
  return text;
}

MeasuringCard card_of(const Variant& variant, const CorruptedSetOptions& options) {
  MeasuringCard card{.corruption = std::string(variant.name()),
                     .severity = variant.severity,
                     .magnitude = {},
                     .meaning = {},
                     .seed = static_cast<std::int64_t>(options.seed),
                     .source = printable(options.source_name, 1000)};
  if (variant.corruption) {
    const Magnitude& magnitude =
        variant.corruption->magnitudes[static_cast<std::size_t>(variant.severity - 1)];
    card.magnitude.assign(magnitude.begin(), magnitude.begin() + variant.corruption->numbers);
    card.meaning = variant.corruption->unit;
  }
  return card;
}

}  // namespace

CorruptedSet write_corrupted_set(const Source& source, const fs::path& out,
                                 const CorruptedSetOptions& options, const ProgressCallback& progress) {
  const auto& variants = options.variants;
  require(!variants.empty(), ErrorKind::Usage, "[corrupt] no corruption is asked for", "--corruption all");
  NewFolder folder(out, "corrupt");
  const auto records = source.records();
  std::vector<std::string> paths(records.size());  // below each variant's folder; "": left out
  std::vector<std::optional<Finding>> found(records.size());
  std::vector<FileNames> names(source.classes().size());
  std::set<std::string> classes;
  for (std::size_t i = 0; i < records.size(); ++i) {
    const int label = records[i].label;
    if (label < 0) {
      found[i] = unlabelled_finding(records[i]);
    } else {
      const std::string name = names[static_cast<std::size_t>(label)].give(file_name(source, records[i]));
      paths[i] = fmt::format("{}/{}", source.class_name(label), name);
      classes.insert(source.class_name(label));
    }
  }
  const std::vector<std::string> class_folders(classes.begin(), classes.end());
  for (const Variant& variant : variants) folder.make_class_folders(variant.folder(), class_folders);

  const std::uint64_t total = records.size() * variants.size();
  std::atomic<std::uint64_t> done = 0;
  parallel_for(records.size(), options.threads, [&](std::size_t i) {
    const auto picture = found[i] ? std::nullopt : load_or_find(source, i, found[i]);
    if (!picture) paths[i].clear();
    for (const Variant& variant : variants) {
      if (picture) {
        const Image copy = variant.make(*picture, options.seed, records[i].id);
        folder.write(fs::path(variant.folder()) / paths[i], encode_png(copy));
      }
      const std::uint64_t now = ++done;
      if (progress) progress(now, total);
    }
  });

  CorruptedSet made;
  for (auto& finding : found) {
    if (finding) made.findings.push_back(std::move(*finding));
  }
  made.pictures = records.size() - made.findings.size();
  require(made.pictures > 0, ErrorKind::Data, "[corrupt] no picture can be used");
  const std::string manifest = manifest_text(source, paths);
  for (const Variant& variant : variants) {
    const fs::path below = variant.folder();
    folder.remove_empty_folders(below, class_folders);
    folder.write(below / "manifest.csv", manifest);
    folder.write(below / kMeasuringCardName, measuring_card_text(card_of(variant, options)));
  }
  folder.commit();
  return made;
}

}  // namespace giemsa
