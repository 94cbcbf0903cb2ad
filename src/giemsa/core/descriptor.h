#pragma once
#include <sys/stat.h>

#include <cstdint>
#include <filesystem>
#include <span>

namespace giemsa {

/// An open file, closed at the end of its life; the reading side shared by file.cpp and hash.cpp.
class InputDescriptor {
 public:
  /// Throws Io when `path` is absent, unreadable or a folder.
  explicit InputDescriptor(const std::filesystem::path& path);
  ~InputDescriptor();
  InputDescriptor(const InputDescriptor&) = delete;
  InputDescriptor& operator=(const InputDescriptor&) = delete;

  /// Fills the front of `buffer`; returns how many bytes, 0 at the end of the file. Throws Io.
  std::size_t read(std::span<std::uint8_t> buffer);
  /// The size said by the file system; 0 for what is no regular file.
  std::uint64_t size() const {
    return S_ISREG(status_.st_mode) ? static_cast<std::uint64_t>(status_.st_size) : 0;
  }
  int get() const { return descriptor_; }

 private:
  std::filesystem::path path_;
  int descriptor_ = -1;
  struct stat status_ = {};
};

/// Throws Io: "[file] cannot <what> '<path>': <strerror>", with the hint that belongs to the error number.
[[noreturn]] void throw_file_error(const char* what, const std::filesystem::path& path, int error_number);

}  // namespace giemsa
