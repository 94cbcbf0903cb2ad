#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <optional>
#include <set>

#include "giemsa/convert/convert.h"
#include "giemsa/core/csv.h"
#include "giemsa/core/error.h"
#include "giemsa/core/parallel.h"
#include "giemsa/core/text.h"
#include "giemsa/data/broken_picture.h"
#include "giemsa/data/file_names.h"
#include "giemsa/data/new_folder.h"
#include "giemsa/data/stored_picture.h"
#include "giemsa/image/codec.h"

namespace giemsa {
namespace {

namespace fs = std::filesystem;

/// "plate 1/x.tif" → "x.tif"; "train_images/17" of an array → "train_images_000017.png", so that names sort
/// as the items do.
std::string file_name(const Source& source, std::size_t index) {
  const Record& record = source.records()[index];
  if (source.has_files()) return fs::path(record.path).filename().string();
  const std::vector<std::string> parts = split_text(record.id, '/');
  return fmt::format("{}_{:0>6}.png", parts.front(), parts.back());
}

/// What the folders alone would lose, as a manifest of them; "" when nothing.
std::string split_text_of(const Source& source, const std::vector<std::string>& paths) {
  const auto records = source.records();
  const bool split = std::ranges::any_of(records, [](const Record& r) { return r.official != Part::None; });
  const bool subject = std::ranges::any_of(records, [](const Record& r) { return !r.subject.empty(); });
  if (!split && !subject) return "";
  std::string text;
  const auto add_row = [&](std::vector<std::string> row, const std::string& part, const std::string& who) {
    if (split) row.push_back(part);
    if (subject) row.push_back(who);
    append_csv_row(text, row);
  };
  add_row({"path", "label"}, "split", "subject");
  for (std::size_t i = 0; i < paths.size(); ++i) {
    const Record& record = records[i];
    if (!paths[i].empty())
      add_row({paths[i], source.class_name(record.label)}, part_name(record.official), record.subject);
  }
  return text;
}

}  // namespace

Converted write_folders(const Source& source, const fs::path& out, FolderFiles files,
                        const ProgressCallback& progress) {
  require(files == FolderFiles::Copy || source.has_files(), ErrorKind::Usage,
          "[convert] the pictures lie in arrays, which nothing can link to", "copy them");
  const auto records = source.records();
  NewFolder folder(out, "convert");
  std::vector<std::string> paths(records.size());  // "" for a record that is left out
  std::vector<std::optional<Finding>> found(records.size());
  std::vector<FileNames> names(source.classes().size());
  std::set<std::string> classes;  // which get a picture; a folder without one could not be read back
  for (std::size_t i = 0; i < records.size(); ++i) {
    const std::string name = file_name(source, i);
    const int label = records[i].label;
    if (label < 0) {
      found[i] = unlabelled_finding(records[i]);
    } else if (has_image_extension(name)) {
      paths[i] =
          fmt::format("{}/{}", source.class_name(label), names[static_cast<std::size_t>(label)].give(name));
      classes.insert(source.class_name(label));
    } else {
      found[i] = Finding{records[i].id, "unsupported", "its name does not end like that of a picture"};
    }
  }

  const std::vector<std::string> class_folders(classes.begin(), classes.end());
  folder.make_class_folders("", class_folders);
  std::atomic<std::uint64_t> done = 0;
  parallel_for(records.size(), 0, [&](std::size_t i) {
    StoredPicture picture;
    try {
      if (!found[i] && files == FolderFiles::Copy) picture = stored_picture(source, i);
    } catch (const Error& error) {
      found[i] = picture_finding(error, records[i].id);
    }
    if (found[i]) {
      paths[i].clear();
    } else if (files == FolderFiles::Copy) {
      folder.write(paths[i], picture.bytes);
    } else {
      folder.link(paths[i], records[i].path);
    }
    const std::uint64_t now = ++done;
    if (progress) progress(now, records.size());
  });

  folder.remove_empty_folders("", class_folders);  // of classes whose files all failed
  if (const std::string text = split_text_of(source, paths); !text.empty()) folder.write("split.csv", text);
  folder.commit();
  Converted converted;
  for (auto& finding : found) {
    if (finding) converted.findings.push_back(std::move(*finding));
  }
  converted.pictures = records.size() - converted.findings.size();
  return converted;
}

}  // namespace giemsa
