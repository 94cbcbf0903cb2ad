#pragma once
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace giemsa {

using Bytes = std::vector<std::uint8_t>;

/// Reads a whole file. Throws Io when it is absent or unreadable, Data when it is larger than `max_bytes`.
Bytes read_bytes(const std::filesystem::path& path, std::uint64_t max_bytes);
std::string read_text(const std::filesystem::path& path, std::uint64_t max_bytes = 64 << 20);

/// Replaces `path` in one step: writes a temporary file beside it, flushes it to the disk, renames it.
/// On any failure (full disk, no permission) throws Io, removes the temporary file and leaves `path` as it
/// was.
void write_atomic(const std::filesystem::path& path, std::string_view content);
void write_atomic(const std::filesystem::path& path, std::span<const std::uint8_t> content);

/// The same for content that is written piece by piece; nothing appears at `path` before commit().
class AtomicFile {
 public:
  explicit AtomicFile(std::filesystem::path path);
  ~AtomicFile();
  AtomicFile(const AtomicFile&) = delete;
  AtomicFile& operator=(const AtomicFile&) = delete;

  void write(std::span<const std::uint8_t> bytes);
  void write(std::string_view text);
  /// Flushes to the disk and renames into place. Without it the destructor drops what was written.
  void commit();

 private:
  [[noreturn]] void fail(const char* what);
  std::filesystem::path path_, temporary_;
  int descriptor_ = -1;
};

/// A file mapped into memory, read-only; cheap to copy (shared).
class MappedFile {
 public:
  explicit MappedFile(const std::filesystem::path& path);
  std::span<const std::uint8_t> bytes() const;
  /// Keeps the mapping alive for as long as a part of it is in use.
  std::shared_ptr<const void> owner() const { return mapping_; }
  /// The bytes [offset, offset + size), which must lie inside the file. They keep the mapping alive, and when
  /// the last copy of the pointer goes, the pages that lie wholly inside them leave memory; whoever else
  /// reads there gets them from the disk again.
  std::shared_ptr<const std::uint8_t[]> part(std::size_t offset, std::size_t size) const;

 private:
  std::shared_ptr<const void> mapping_;
  std::size_t size_ = 0;
};

/// Creates `path` and its parents and checks that files can be made in it. Throws Io with a hint otherwise.
void prepare_output_folder(const std::filesystem::path& path);

/// A fresh folder under the system's temporary folder, removed with all its content at the end of its life.
class TemporaryFolder {
 public:
  TemporaryFolder();
  ~TemporaryFolder();
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;
  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

}  // namespace giemsa
