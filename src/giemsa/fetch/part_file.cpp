#include "giemsa/fetch/part_file.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <utility>

#include "giemsa/core/descriptor.h"
#include "giemsa/core/error.h"

namespace giemsa {

namespace {

/// Whether `path` still leads to the open file: whoever held the lock before may have renamed or removed it.
bool is_at(int descriptor, const std::filesystem::path& path) {
  struct stat open = {}, named = {};
  return ::fstat(descriptor, &open) == 0 && ::stat(path.c_str(), &named) == 0 &&
         open.st_dev == named.st_dev && open.st_ino == named.st_ino;
}

}  // namespace

PartFile::PartFile(std::filesystem::path path) : path_(std::move(path)) {
  do {
    if (descriptor_ >= 0) ::close(std::exchange(descriptor_, -1));
    open_and_lock();
  } while (!is_at(descriptor_, path_));
  const off_t end = ::lseek(descriptor_, 0, SEEK_END);
  size_ = end < 0 ? 0 : static_cast<std::uint64_t>(end);
}

PartFile::~PartFile() {
  if (descriptor_ < 0) return;
  if (size_ == 0) ::unlink(path_.c_str());
  ::close(descriptor_);
}

void PartFile::open_and_lock() {
  descriptor_ = ::open(path_.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0666);
  if (descriptor_ < 0) throw_file_error("write", path_, errno);
  while (::flock(descriptor_, LOCK_EX | LOCK_NB) != 0) {
    const int error_number = errno;
    if (error_number == EINTR) continue;
    ::close(std::exchange(descriptor_, -1));
    if (error_number != EWOULDBLOCK) throw_file_error("lock", path_, error_number);
    throw Error(ErrorKind::Io, fmt::format("[fetch] another program is writing '{}'", path_.string()),
                "let it end, then run the command again");
  }
}

void PartFile::append(std::span<const std::uint8_t> bytes) {
  while (!bytes.empty()) {
    const ssize_t count = ::write(descriptor_, bytes.data(), bytes.size());
    if (count < 0 && errno != EINTR) throw_file_error("write", path_, errno);
    if (count < 0) continue;
    size_ += static_cast<std::uint64_t>(count);
    bytes = bytes.subspan(static_cast<std::size_t>(count));
  }
}

void PartFile::clear() {
  if (::ftruncate(descriptor_, 0) != 0) throw_file_error("empty", path_, errno);
  size_ = 0;
}

void PartFile::move_to(const std::filesystem::path& path) {
  if (::fsync(descriptor_) != 0) throw_file_error("flush", path_, errno);
  if (::rename(path_.c_str(), path.c_str()) != 0) throw_file_error("replace", path, errno);
  ::close(std::exchange(descriptor_, -1));
}

}  // namespace giemsa
