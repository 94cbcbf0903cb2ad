#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <optional>
#include <unordered_set>

#include "giemsa/core/csv.h"
#include "giemsa/core/error.h"
#include "giemsa/core/parallel.h"
#include "giemsa/core/text.h"
#include "giemsa/data/broken_picture.h"
#include "giemsa/data/convert.h"
#include "giemsa/data/new_folder.h"
#include "giemsa/data/stored_picture.h"

namespace giemsa {
namespace {

namespace fs = std::filesystem;

/// Gives each file of a class a name that a folder source will list, and that no other has.
class FileNames {
 public:
  /// `wanted`: a file name that ends like a picture's.
  std::string give(std::string wanted) {
    if (wanted.starts_with('.')) wanted = fmt::format("_{}", wanted);  // hidden files are not listed
    const fs::path name(wanted);
    for (int number = 2; !taken_.insert(wanted).second; ++number) {
      constexpr std::size_t kLongestStem = 230;  // leaves room for the number and the extension
      wanted = fmt::format("{}_{}{}", name.stem().string().substr(0, kLongestStem), number,
                           name.extension().string());
    }
    return wanted;
  }

 private:
  std::unordered_set<std::string> taken_;
};

/// "plate 1/x.tif" → "x.tif"; "train_images/17" of an array → "train_images_000017.png", so that names sort
/// as the items do.
std::string file_name(const Source& source, std::size_t index) {
  const Record& record = source.records()[index];
  if (source.has_files()) return fs::path(record.path).filename().string();
  const std::vector<std::string> parts = split_text(record.id, '/');
  return fmt::format("{}_{:0>6}.png", parts.front(), parts.back());
}

std::string split_text_of(const Source& source, const std::vector<std::string>& paths) {
  std::string text;
  append_csv_row(text, {"path", "label", "split"});
  for (std::size_t i = 0; i < paths.size(); ++i) {
    if (paths[i].empty()) continue;
    const Record& record = source.records()[i];
    append_csv_row(text, {paths[i], source.classes()[static_cast<std::size_t>(record.label)],
                          part_name(record.official)});
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
  folder.make_class_folders("", source.classes());

  std::vector<std::string> paths(records.size());  // "" for a record that is left out
  std::vector<std::optional<Finding>> found(records.size());
  std::vector<FileNames> names(source.classes().size());
  for (std::size_t i = 0; i < records.size(); ++i) {
    const std::string name = file_name(source, i);
    const auto label = static_cast<std::size_t>(records[i].label);
    if (has_image_extension(name)) {
      paths[i] = fmt::format("{}/{}", source.classes()[label], names[label].give(name));
    } else {
      found[i] = Finding{records[i].id, "unsupported", "its name does not end like that of a picture"};
    }
  }

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

  const bool split = std::ranges::any_of(records, [](const Record& r) { return r.official != Part::None; });
  if (split) folder.write("split.csv", split_text_of(source, paths));
  folder.commit();
  Converted converted;
  for (auto& finding : found) {
    if (finding) converted.findings.push_back(std::move(*finding));
  }
  converted.pictures = records.size() - converted.findings.size();
  return converted;
}

}  // namespace giemsa
