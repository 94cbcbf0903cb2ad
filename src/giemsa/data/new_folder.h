#pragma once
#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <vector>

#include "giemsa/data/source.h"

namespace giemsa {

/// A folder of many files that appears as a whole or not at all: it is filled under the name
/// ".NAME.PID.tmp" beside its place and renamed when it is complete. (Flushing each file by itself, as
/// write_atomic does, takes ten times as long.)
class NewFolder {
 public:
  /// `who` begins the errors. Throws Usage unless `path` is absent or an empty folder, Io when nothing can be
  /// made there.
  NewFolder(const std::filesystem::path& path, std::string who);
  /// Removes what was written unless it was committed.
  ~NewFolder();
  NewFolder(const NewFolder&) = delete;
  NewFolder& operator=(const NewFolder&) = delete;

  /// Makes `relative`/NAME for every class. Throws Data for a class name that no folder can have, or that
  /// would not be read back: empty, with a slash, beginning with a dot, over 255 bytes.
  void make_class_folders(const std::filesystem::path& relative, const std::vector<std::string>& classes);
  /// Removes those of the folders `relative`/NAME that hold nothing.
  void remove_empty_folders(const std::filesystem::path& relative, const std::vector<std::string>& names);
  /// Writes one file, whose folder must be there. Safe to call from several threads.
  /// Throws Io when it cannot be written, Internal when it is there already.
  void write(const std::filesystem::path& relative, std::span<const std::uint8_t> content) const;
  void write(const std::filesystem::path& relative, const std::string& content) const;
  /// Makes a symbolic link to `target`, which is found from everywhere. Throws as write does.
  void link(const std::filesystem::path& relative, const std::filesystem::path& target) const;
  /// Flushes everything to the disk and renames the folder into place.
  void commit();

 private:
  std::filesystem::path path_, temporary_;
  std::string who_;
};

/// Throws Usage when `out` is `data`, or lies in it where that is a folder: what is read must not change.
void require_outside(const std::filesystem::path& out, const std::filesystem::path& data,
                     const std::string& who);
/// Throws Usage when the file `out` is one of the pictures of `source`, by whatever path.
void require_no_picture(const std::filesystem::path& out, const Source& source, const std::string& who);

}  // namespace giemsa
