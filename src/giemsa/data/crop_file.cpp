#include "giemsa/data/crop_file.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

#include "giemsa/core/error.h"

namespace giemsa {

void CropFile::fail(const char* what, int error) const {
  const bool full = error == ENOSPC || error == EDQUOT || error == EFBIG;
  throw Error(
      ErrorKind::Io,
      fmt::format("[cache] {}: cannot {}: {}", path_.string(), what, std::generic_category().message(error)),
      full              ? "free some space, or keep the crops in memory"
      : error == EEXIST ? "remove that file, or name another"
                        : "name a file in a folder that can be written to");
}

CropFile::CropFile(const std::filesystem::path& path) : path_(path) {
  descriptor_ = ::open(path.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (descriptor_ < 0) fail("create it", errno);
  ::unlink(path.c_str());
}

CropFile::~CropFile() {
  if (mapping_) ::munmap(mapping_, size_);
  ::close(descriptor_);
}

std::uint64_t CropFile::append(std::span<const std::uint8_t> bytes) {
  const std::uint64_t offset = size_.fetch_add(bytes.size());
  for (std::size_t done = 0; done < bytes.size();) {
    const ssize_t written =
        ::pwrite(descriptor_, bytes.data() + done, bytes.size() - done, static_cast<off_t>(offset + done));
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) fail("write to it", written < 0 ? errno : ENOSPC);
    done += static_cast<std::size_t>(written);
  }
  return offset;
}

void CropFile::map() {
  if (size_ == 0) return;
  void* const mapping = ::mmap(nullptr, size_, PROT_READ, MAP_SHARED, descriptor_, 0);
  if (mapping == MAP_FAILED) fail("map it", errno);
  mapping_ = mapping;
}

}  // namespace giemsa
