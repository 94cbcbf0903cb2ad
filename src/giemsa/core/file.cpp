#include "giemsa/core/file.h"

#include <fmt/format.h>
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <system_error>

#include "giemsa/core/descriptor.h"
#include "giemsa/core/error.h"

namespace fs = std::filesystem;

namespace giemsa {
namespace {

/// `Buffer`: Bytes or std::string. Reads until the end rather than to the size told beforehand,
/// because files grow and those under /proc tell none.
template <class Buffer>
Buffer read_whole(const fs::path& path, std::uint64_t max_bytes) {
  InputDescriptor file(path);
  const auto check = [&](std::uint64_t size) {
    require(
        size <= max_bytes, ErrorKind::Data,
        fmt::format("[file] '{}' has {} bytes or more; at most {} are read", path.string(), size, max_bytes));
  };
  check(file.size());
  constexpr std::size_t kPiece = 64 << 10;
  Buffer content;
  std::size_t used = 0;
  for (std::size_t room = static_cast<std::size_t>(file.size()) + 1;; room = std::max(kPiece, used)) {
    content.resize(used + room);
    while (used < content.size()) {
      const std::size_t count =
          file.read({reinterpret_cast<std::uint8_t*>(content.data()) + used, content.size() - used});
      used += count;
      check(used);
      if (count == 0) {
        content.resize(used);
        return content;
      }
    }
  }
}

}  // namespace

Bytes read_bytes(const fs::path& path, std::uint64_t max_bytes) { return read_whole<Bytes>(path, max_bytes); }

std::string read_text(const fs::path& path, std::uint64_t max_bytes) {
  return read_whole<std::string>(path, max_bytes);
}

MappedFile::MappedFile(const fs::path& path) {
  const InputDescriptor file(path);
  size_ = static_cast<std::size_t>(file.size());
  if (size_ == 0) return;  // mmap refuses an empty range
  void* address = ::mmap(nullptr, size_, PROT_READ, MAP_PRIVATE, file.get(), 0);
  if (address == MAP_FAILED) throw_file_error("map", path, errno);
  mapping_ = std::shared_ptr<const void>(
      address, [size = size_](const void* mapped) { ::munmap(const_cast<void*>(mapped), size); });
}

std::span<const std::uint8_t> MappedFile::bytes() const {
  return {static_cast<const std::uint8_t*>(mapping_.get()), size_};
}

std::shared_ptr<const std::uint8_t[]> MappedFile::part(std::size_t offset, std::size_t size) const {
  require(offset <= size_ && size <= size_ - offset, ErrorKind::Internal,
          fmt::format("[file] {} bytes at {} of a mapped file of {}", size, offset, size_));
  const auto page = static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));  // a power of two
  const std::size_t first = (offset + page - 1) & ~(page - 1), last = (offset + size) & ~(page - 1);
  return {bytes().data() + offset, [mapping = mapping_, first, last](const std::uint8_t*) {
            if (first >= last) return;
            auto* const base = static_cast<std::uint8_t*>(const_cast<void*>(mapping.get()));
            ::madvise(base + first, last - first, MADV_DONTNEED);  // a read-only mapping: nothing is lost
          }};
}

void prepare_output_folder(const fs::path& path) {
  std::error_code error;
  fs::create_directories(path, error);
  if (error) throw_file_error("create the folder", path, error.value());
  std::string probe = (path / ".giemsa-probe-XXXXXX").string();
  const int descriptor = ::mkstemp(probe.data());
  if (descriptor < 0) throw_file_error("make files in", path, errno);
  ::close(descriptor);
  ::unlink(probe.c_str());
}

TemporaryFolder::TemporaryFolder() {
  std::error_code error;
  const fs::path parent = fs::temp_directory_path(error);
  require(!error, ErrorKind::Io, "[file] there is no temporary folder: " + error.message(),
          "set TMPDIR to a folder that exists");
  std::string name = (parent / "giemsa-XXXXXX").string();
  if (!::mkdtemp(name.data())) throw_file_error("create a temporary folder in", parent, errno);
  path_ = name;
}

TemporaryFolder::~TemporaryFolder() {
  std::error_code ignored;  // a destructor has nobody to tell
  fs::remove_all(path_, ignored);
}

}  // namespace giemsa
