#include "giemsa/train/shared_segment.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <random>
#include <system_error>
#include <utility>

namespace giemsa {

namespace {

/// Of a memory file; nobody else's has it.
std::string unique_name() {
  std::random_device random;
  return fmt::format("giemsa-{:08x}{:08x}{:08x}{:08x}", random(), random(), random(), random());
}

/// Byte `rank` of the file: the kernel releases a lock on it when the process ends. Unlike a process id, it
/// means the same in every container and is never used again.
struct flock lock_of(int rank) {
  struct flock lock {};
  lock.l_type = F_WRLCK;
  lock.l_whence = SEEK_SET;
  lock.l_start = rank;
  lock.l_len = 1;
  return lock;
}

std::byte* map(int file, std::size_t bytes) {
  void* data = ::mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
  return data == MAP_FAILED ? nullptr : static_cast<std::byte*>(data);
}

}  // namespace

std::optional<SharedSegment> SharedSegment::create(std::size_t bytes) {
  const std::string name = unique_name();
  const int file = ::memfd_create(name.c_str(), MFD_CLOEXEC);
  if (file < 0) return std::nullopt;
  std::byte* data = ::ftruncate(file, static_cast<off_t>(bytes)) == 0 ? map(file, bytes) : nullptr;
  if (!data) {
    ::close(file);
    return std::nullopt;
  }
  return SharedSegment(file, data, bytes, fmt::format("/proc/{}/fd/{} {}", ::getpid(), file, name));
}

std::optional<SharedSegment> SharedSegment::open(const std::string& address, std::size_t bytes) {
  const std::size_t blank = address.find(' ');
  if (!address.starts_with("/proc/") || blank == std::string::npos) return std::nullopt;
  const std::string path = address.substr(0, blank), name = address.substr(blank + 1);
  // Elsewhere the same path is another file or none: the name tells before it is opened.
  std::error_code failure;
  const std::filesystem::path link = std::filesystem::read_symlink(path, failure);
  if (failure || link != fmt::format("/memfd:{} (deleted)", name)) return std::nullopt;
  const int file = ::open(path.c_str(), O_RDWR | O_CLOEXEC);
  if (file < 0) return std::nullopt;
  struct stat status {};
  const bool fits = ::fstat(file, &status) == 0 && status.st_size == static_cast<off_t>(bytes);
  std::byte* data = fits ? map(file, bytes) : nullptr;
  if (!data) {
    ::close(file);
    return std::nullopt;
  }
  return SharedSegment(file, data, bytes, address);
}

SharedSegment::SharedSegment(int file, std::byte* data, std::size_t bytes, std::string address)
    : file_(file), data_(data), bytes_(bytes), address_(std::move(address)) {}

SharedSegment::SharedSegment(SharedSegment&& other) noexcept
    : file_(std::exchange(other.file_, -1)),
      data_(std::exchange(other.data_, nullptr)),
      bytes_(other.bytes_),
      address_(std::move(other.address_)) {}

SharedSegment& SharedSegment::operator=(SharedSegment other) noexcept {
  std::swap(file_, other.file_);
  std::swap(data_, other.data_);
  std::swap(bytes_, other.bytes_);
  std::swap(address_, other.address_);
  return *this;
}

SharedSegment::~SharedSegment() {
  if (!data_) return;
  ::munmap(data_, bytes_);
  ::close(file_);
}

bool SharedSegment::take(int rank) const {
  struct flock lock = lock_of(rank);
  return ::fcntl(file_, F_SETLK, &lock) == 0;
}

bool SharedSegment::is_taken(int rank) const {
  struct flock lock = lock_of(rank);
  return ::fcntl(file_, F_GETLK, &lock) == 0 && lock.l_type != F_UNLCK;
}

}  // namespace giemsa
