#pragma once
#include <atomic>
#include <cstdint>
#include <filesystem>
#include <span>

namespace giemsa {

/// A nameless scratch file of pixels: appended to by many threads, then mapped for reading.
/// Its name is removed as soon as it is open, so that a killed process leaves no pixels behind.
class CropFile {
 public:
  /// Throws Io when `path` exists or cannot be made.
  explicit CropFile(const std::filesystem::path& path);
  ~CropFile();
  CropFile(const CropFile&) = delete;
  CropFile& operator=(const CropFile&) = delete;

  /// Returns the offset at which the bytes lie. Safe to call from several threads.
  /// Throws Io when they cannot be written (full disk, file size limit).
  std::uint64_t append(std::span<const std::uint8_t> bytes);
  /// Ends writing; pixels() may be read from then on.
  void map();
  const std::uint8_t* pixels() const { return static_cast<const std::uint8_t*>(mapping_); }

 private:
  [[noreturn]] void fail(const char* what, int error) const;

  std::filesystem::path path_;
  int descriptor_ = -1;
  std::atomic<std::uint64_t> size_ = 0;
  void* mapping_ = nullptr;
};

}  // namespace giemsa
