#include "giemsa/core/descriptor.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

#include "giemsa/core/error.h"

namespace giemsa {
namespace {

const char* hint_for(int error_number) {
  switch (error_number) {
    case ENOSPC:
    case EDQUOT:
      return "free space on that disk, or choose a folder on another one";
    case EFBIG:
      return "raise the limit on file sizes (ulimit -f), or choose a file system that holds larger files";
    case EACCES:
    case EPERM:
      return "check the permissions, or choose another folder";
    case EROFS:
      return "that file system is read-only; choose another folder";
    case ENOENT:
      return "check the spelling of the path";
    case ENOTDIR:
      return "a part of that path is a file, not a folder";
    case EISDIR:
      return "that is a folder; name a file";
    case EMFILE:
    case ENFILE:
      return "too many files are open; raise the limit (ulimit -n)";
    case ENAMETOOLONG:
      return "choose a shorter name";
    case EIO:
      return "the disk reports a fault; check it before going on";
    default:
      return "";
  }
}

}  // namespace

void throw_file_error(const char* what, const std::filesystem::path& path, int error_number) {
  const std::string reason = std::generic_category().message(error_number);
  throw Error(ErrorKind::Io, fmt::format("[file] cannot {} '{}': {}", what, path.string(), reason),
              hint_for(error_number));
}

InputDescriptor::InputDescriptor(const std::filesystem::path& path) : path_(path) {
  descriptor_ = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (descriptor_ < 0) throw_file_error("open", path, errno);
  int error_number = 0;
  if (::fstat(descriptor_, &status_) != 0) {
    error_number = errno;
  } else if (S_ISDIR(status_.st_mode)) {
    error_number = EISDIR;
  }
  if (error_number != 0) {
    ::close(descriptor_);
    throw_file_error("read", path, error_number);
  }
}

InputDescriptor::~InputDescriptor() { ::close(descriptor_); }

std::size_t InputDescriptor::read(std::span<std::uint8_t> buffer) {
  for (;;) {
    const ssize_t count = ::read(descriptor_, buffer.data(), buffer.size());
    if (count >= 0) return static_cast<std::size_t>(count);
    if (errno != EINTR) throw_file_error("read", path_, errno);
  }
}

}  // namespace giemsa
