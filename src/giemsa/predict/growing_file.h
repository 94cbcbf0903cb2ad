#pragma once
#include <chrono>
#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>

namespace giemsa {

/// A file that grows while its results are made, and has its name only when it is complete: until then it is
/// FILE.part. What was written reaches the file at least every second, so that little is lost when the
/// program is killed; what is there may be gone on with.
class GrowingFile {
 public:
  /// Keeps the first `keep_bytes` of FILE.part and drops the rest. Throws Io where it cannot be made, FILE
  /// is something else than a regular file, or another process is writing it.
  explicit GrowingFile(std::filesystem::path file, std::uint64_t keep_bytes = 0);
  ~GrowingFile();
  GrowingFile(const GrowingFile&) = delete;
  GrowingFile& operator=(const GrowingFile&) = delete;

  /// Throws Io.
  void write(std::string_view text);
  /// Flushes to the disk and gives the file its name, in place of an older one. Throws Io.
  void commit();

 private:
  void flush();

  std::filesystem::path file_, part_;
  int descriptor_ = -1;
  std::string buffer_;
  std::chrono::steady_clock::time_point flushed_;
};

/// Where the content of `file` really lives, or will: behind a link, if it is one, so that the link survives.
/// Throws Io for what is no regular file.
std::filesystem::path behind_link(const std::filesystem::path& file);

/// FILE.part, of a file that is no link.
std::filesystem::path part_of(const std::filesystem::path& file);

}  // namespace giemsa
