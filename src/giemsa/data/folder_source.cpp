#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <set>

#include "giemsa/core/error.h"
#include "giemsa/core/text.h"
#include "giemsa/data/source_adapters.h"
#include "giemsa/image/codec.h"

namespace giemsa {
namespace {

namespace fs = std::filesystem;

constexpr const char* kLookedFor = ".jpg .jpeg .png .bmp .tif .tiff";

/// Pictures in formats that giemsa does not read, which nobody shall miss without a word.
bool has_other_image_extension(const fs::path& path) {
  constexpr std::array<std::string_view, 8> kExtensions{".gif", ".webp", ".heic", ".avif",
                                                        ".jp2", ".jxl",  ".dcm",  ".svg"};
  return std::ranges::find(kExtensions, to_lower(path.extension().string())) != kExtensions.end();
}

bool hidden(const fs::path& path) { return path.filename().string().starts_with('.'); }

/// What an entry leads to, links followed.
struct Target {
  fs::file_type type = fs::file_type::none;
  std::string problem = {};  ///< why it leads nowhere; "": it does not
};

Target target_of(const fs::directory_entry& entry) {
  std::error_code error;
  const fs::file_status status = entry.status(error);
  if (status.type() == fs::file_type::not_found)
    return {fs::file_type::not_found, "a link that leads nowhere"};
  if (error) return {fs::file_type::none, error.message()};
  return {status.type()};
}

/// Lists the classes and pictures below a folder. What cannot be listed among others becomes a finding.
class Lister {
 public:
  explicit Lister(const fs::path& root) : root_(root) {}

  void list() {
    std::error_code error;
    const std::vector<fs::directory_entry> entries = sorted_entries(root_, error);
    if (!error) visited_.insert(fs::canonical(root_, error));
    if (error) throw Error(ErrorKind::Io, fmt::format("[data] {}: {}", root_.string(), error.message()));
    for (const auto& entry : entries) {
      const Target target = target_of(entry);
      if (target.type == fs::file_type::directory) {
        add_class(entry);
      } else if (!target.problem.empty()) {
        find(entry.path(), "unreadable", target.problem);
      } else if (has_image_extension(entry.path())) {
        ++loose_pictures_;
        find(entry.path(), "unlabelled", "lies beside the class folders, in none of them");
      }
    }
    for (std::size_t i = 0; i < linked_.size(); ++i) {  // which may find more
      const auto [folder, label] = linked_[i];
      add_pictures(folder, label);
    }
    check();
    std::ranges::sort(records, {}, &Record::id);
    std::ranges::stable_sort(findings, {}, &Finding::record);
  }

  std::vector<std::string> classes;
  std::vector<Record> records;
  std::vector<Finding> findings;

 private:
  /// The visible entries of a folder, sorted by name, so that everything after is independent of the file
  /// system.
  static std::vector<fs::directory_entry> sorted_entries(const fs::path& folder, std::error_code& error) {
    std::vector<fs::directory_entry> entries;
    fs::directory_iterator entry(folder, error);
    for (; !error && entry != fs::directory_iterator(); entry.increment(error)) {
      if (!hidden(entry->path())) entries.push_back(*entry);
    }
    std::ranges::sort(entries);
    return entries;
  }

  void find(const fs::path& path, const char* reason, const std::string& evidence) {
    findings.push_back({.record = path.lexically_relative(root_).generic_string(),
                        .reason = reason,
                        .evidence = fmt::format("[data] {}: {}", path.string(), evidence)});
  }

  void add_class(const fs::directory_entry& folder) {
    const int label = static_cast<int>(classes.size());
    classes.push_back(folder.path().filename().string());
    has_entries_.push_back(false);
    add_folder(folder, label);
  }

  /// Folders that links lead to wait until all real ones are listed, which so keep their own class.
  void add_folder(const fs::directory_entry& folder, int label) {
    std::error_code ignored;  // a folder that cannot be asked is a finding of add_pictures
    if (folder.is_symlink(ignored)) {
      linked_.emplace_back(folder.path(), label);
    } else {
      add_pictures(folder.path(), label);
    }
  }

  /// Each real folder is read once, so that links which lead back up come to an end, and no picture has two
  /// classes.
  void add_pictures(const fs::path& folder, int label) {
    const std::size_t before = records.size() + findings.size();
    list_pictures(folder, label);
    if (records.size() + findings.size() > before) has_entries_[static_cast<std::size_t>(label)] = true;
  }

  void list_pictures(const fs::path& folder, int label) {
    std::error_code error;
    const fs::path real = fs::canonical(folder, error);
    if (!error && !visited_.insert(real).second)
      return find(folder, "unreadable", "leads back to a folder already listed");
    std::vector<fs::directory_entry> entries;
    if (!error) entries = sorted_entries(folder, error);
    if (error) find(folder, "unreadable", error.message());
    for (const auto& entry : entries) {
      const Target target = target_of(entry);
      if (target.type == fs::file_type::directory) {
        add_folder(entry, label);
      } else if (!target.problem.empty()) {
        find(entry.path(), "unreadable", target.problem);
      } else {
        add_file(entry.path(), target.type, label);
      }
    }
  }

  void add_file(const fs::path& path, fs::file_type type, int label) {
    if (has_other_image_extension(path)) {
      find(path, "unsupported", fmt::format("not a format that is read ({})", kLookedFor));
    } else if (has_image_extension(path) && type != fs::file_type::regular) {
      find(path, "unreadable", "not a file but a pipe, socket or device");
    } else if (has_image_extension(path)) {
      records.push_back({.id = path.lexically_relative(root_).generic_string(),
                         .path = path.string(),
                         .label = label,
                         .official = Part::None});
    }
  }

  void check() const {
    for (std::size_t k = 0; k < classes.size(); ++k) {
      // With findings the class stays, though empty: without it the others would change their numbers.
      require(has_entries_[k], ErrorKind::Data,
              fmt::format("[data] {}: the class folder holds no picture ({})", (root_ / classes[k]).string(),
                          kLookedFor),
              "remove the folder, or begin its name with a dot if it is not a class");
    }
    if (classes.empty() && loose_pictures_ > 0) {
      throw Error(
          ErrorKind::Data,
          fmt::format("[data] {}: {} pictures lie in the folder itself; one subfolder per class is expected",
                      root_.string(), loose_pictures_),
          "name the folder above it, or list path and label of each picture in a .csv manifest");
    }
    if (classes.empty()) {
      throw Error(
          ErrorKind::Data,
          fmt::format(
              "[data] {}: no class folder found; one subfolder per class with pictures ({}) is expected",
              root_.string(), kLookedFor));
    }
    if (records.empty()) {
      throw Error(ErrorKind::Io,
                  fmt::format("[data] {}: no picture can be read; the first of {} problems: {}",
                              root_.string(), findings.size(), findings.front().evidence));
    }
  }

  const fs::path& root_;
  std::set<fs::path> visited_;                    ///< real folders
  std::vector<std::pair<fs::path, int>> linked_;  ///< links to folders, with their labels
  std::vector<bool> has_entries_;                 ///< by class: whether it has a record or a finding
  std::size_t loose_pictures_ = 0;
};

class FolderSource final : public Source {
 public:
  explicit FolderSource(const fs::path& root) {
    Lister lister(root);
    lister.list();
    classes_ = std::move(lister.classes);
    records_ = std::move(lister.records);
    findings_ = std::move(lister.findings);
  }

  const std::vector<std::string>& classes() const override { return classes_; }
  std::span<const Record> records() const override { return records_; }
  std::span<const Finding> findings() const override { return findings_; }
  Bytes read(std::size_t index) const override { return read_image_file(records_.at(index).path); }
  Image decode(std::size_t index, std::span<const std::uint8_t> bytes) const override {
    return decode_image(bytes, records_.at(index).path);
  }

 private:
  std::vector<std::string> classes_;
  std::vector<Record> records_;
  std::vector<Finding> findings_;
};

}  // namespace

std::unique_ptr<Source> open_folder_source(const fs::path& root) {
  return std::make_unique<FolderSource>(root);
}

}  // namespace giemsa
