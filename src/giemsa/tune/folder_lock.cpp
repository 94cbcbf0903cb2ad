#include "giemsa/tune/folder_lock.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>

#include "giemsa/core/descriptor.h"
#include "giemsa/core/error.h"

namespace giemsa {

std::optional<FolderLock> FolderLock::take(const std::filesystem::path& folder) {
  const std::filesystem::path file = folder / ".lock";
  const int descriptor = ::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0666);
  if (descriptor < 0) throw_file_error("write", file, errno);
  if (::flock(descriptor, LOCK_EX | LOCK_NB) == 0) return FolderLock(descriptor);
  const int failure = errno;
  ::close(descriptor);
  if (failure != EWOULDBLOCK) throw_file_error("lock", file, failure);
  return std::nullopt;
}

FolderLock FolderLock::require(const std::filesystem::path& folder) {
  auto lock = take(folder);
  giemsa::require(lock.has_value(), ErrorKind::Usage,
                  fmt::format("[tune] another giemsa is at work in {}", folder.string()),
                  "wait for its end, or name another folder");
  return std::move(*lock);
}

FolderLock::FolderLock(FolderLock&& other) noexcept : descriptor_(other.descriptor_) {
  other.descriptor_ = -1;
}

FolderLock::~FolderLock() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

void FolderLock::pass_on() const { ::fcntl(descriptor_, F_SETFD, 0); }

}  // namespace giemsa
