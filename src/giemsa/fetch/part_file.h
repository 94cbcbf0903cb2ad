#pragma once
#include <cstdint>
#include <filesystem>
#include <span>

namespace giemsa {

/// A file that grows while it is fetched and survives a stop, so that the next call goes on with it. Locked
/// for as long as this object lives: two programs never write to one.
class PartFile {
 public:
  /// Opens or makes the file. Throws Io, also when another program is fetching it.
  explicit PartFile(std::filesystem::path path);
  /// Leaves what was fetched; a file without content is removed.
  ~PartFile();
  PartFile(const PartFile&) = delete;
  PartFile& operator=(const PartFile&) = delete;

  const std::filesystem::path& path() const { return path_; }
  std::uint64_t size() const { return size_; }
  void append(std::span<const std::uint8_t> bytes);
  void clear();
  /// Flushes to the disk and renames.
  void move_to(const std::filesystem::path& path);

 private:
  void open_and_lock();

  std::filesystem::path path_;
  int descriptor_ = -1;
  std::uint64_t size_ = 0;
};

}  // namespace giemsa
