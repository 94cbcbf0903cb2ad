#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "giemsa/core/error.h"
#include "giemsa/data/source_adapters.h"
#include "giemsa/image/codec.h"

namespace giemsa {
namespace {

namespace fs = std::filesystem;

constexpr const char* kLookedFor = ".jpg .jpeg .png .bmp .tif .tiff";

bool hidden(const fs::path& path) { return path.filename().string().starts_with('.'); }

/// The visible entries of a folder, sorted by name, so that everything after is independent of the file
/// system.
std::vector<fs::directory_entry> sorted_entries(const fs::path& folder) {
  std::vector<fs::directory_entry> entries;
  try {
    for (const auto& entry : fs::directory_iterator(folder)) {
      if (!hidden(entry.path())) entries.push_back(entry);
    }
  } catch (const fs::filesystem_error& error) {
    throw Error(ErrorKind::Io, fmt::format("[data] {}: {}", folder.string(), error.code().message()));
  }
  std::ranges::sort(entries);
  return entries;
}

/// What an entry leads to, links followed; a dangling link is neither.
bool is_folder(const fs::directory_entry& entry) {
  std::error_code ignored;
  return entry.is_directory(ignored);
}
bool is_picture(const fs::directory_entry& entry) {
  std::error_code ignored;
  return has_image_extension(entry.path()) && entry.is_regular_file(ignored);
}

class FolderSource final : public Source {
 public:
  explicit FolderSource(const fs::path& root) : root_(root) {
    std::size_t loose_pictures = 0;
    for (const auto& entry : sorted_entries(root)) {
      if (is_folder(entry)) {
        add_class(entry.path());
      } else if (is_picture(entry)) {
        ++loose_pictures;
      }
    }
    if (classes_.empty() && loose_pictures > 0) {
      throw Error(
          ErrorKind::Data,
          fmt::format("[data] {}: {} pictures lie in the folder itself; one subfolder per class is expected",
                      root.string(), loose_pictures),
          "name the folder above it, or list path and label of each picture in a .csv manifest");
    }
    if (classes_.empty()) {
      throw Error(
          ErrorKind::Data,
          fmt::format(
              "[data] {}: no class folder found; one subfolder per class with pictures ({}) is expected",
              root.string(), kLookedFor));
    }
    std::ranges::sort(records_, {}, &Record::id);
  }

  const std::vector<std::string>& classes() const override { return classes_; }
  std::span<const Record> records() const override { return records_; }
  Image load(std::size_t index) const override { return read_image(records_.at(index).path); }

 private:
  void add_class(const fs::path& folder) {
    const int label = static_cast<int>(classes_.size());
    const std::size_t before = records_.size();
    classes_.push_back(folder.filename().string());
    std::set<fs::path> visited;
    add_pictures(folder, label, visited);
    if (records_.size() == before) {
      throw Error(
          ErrorKind::Data,
          fmt::format("[data] {}: the class folder holds no picture ({})", folder.string(), kLookedFor),
          "remove the folder, or begin its name with a dot if it is not a class");
    }
  }

  /// Each real folder is read once per class, so that links which lead back up come to an end.
  void add_pictures(const fs::path& folder, int label, std::set<fs::path>& visited) {
    std::error_code error;
    const fs::path real = fs::canonical(folder, error);
    if (error) throw Error(ErrorKind::Io, fmt::format("[data] {}: {}", folder.string(), error.message()));
    if (!visited.insert(real).second) return;
    for (const auto& entry : sorted_entries(folder)) {
      if (is_folder(entry)) {
        add_pictures(entry.path(), label, visited);
      } else if (is_picture(entry)) {
        records_.push_back({.id = entry.path().lexically_relative(root_).generic_string(),
                            .path = entry.path().string(),
                            .label = label,
                            .official = Part::None});
      }
    }
  }

  fs::path root_;
  std::vector<std::string> classes_;
  std::vector<Record> records_;
};

}  // namespace

std::unique_ptr<Source> open_folder_source(const fs::path& root) {
  return std::make_unique<FolderSource>(root);
}

}  // namespace giemsa
