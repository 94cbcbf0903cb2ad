#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <cstdio>
#include <system_error>
#include <utility>

#include "giemsa/core/descriptor.h"
#include "giemsa/core/error.h"
#include "giemsa/core/file.h"

namespace fs = std::filesystem;

namespace giemsa {
namespace {

/// Where the content of `path` really lives: behind a link, if it is one, so that the link survives.
/// Throws Io for folders and devices: a rename would replace /dev/null itself.
fs::path replaceable(fs::path path) {
  std::error_code error;
  const fs::file_status status = fs::status(path, error);
  if (!fs::exists(status)) return path;
  if (fs::is_directory(status)) throw_file_error("write", path, EISDIR);
  require(fs::is_regular_file(status), ErrorKind::Io,
          fmt::format("[file] cannot write '{}': it is not a regular file", path.string()), "name a file");
  return fs::is_symlink(fs::symlink_status(path, error)) ? fs::canonical(path) : path;
}

/// Makes the new name itself survive a power cut. File systems that cannot do this are not at fault.
void flush_folder(const fs::path& folder) {
  const int descriptor = ::open(folder.empty() ? "." : folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (descriptor < 0) return;
  ::fsync(descriptor);
  ::close(descriptor);
}

}  // namespace

AtomicFile::AtomicFile(fs::path path) : path_(replaceable(std::move(path))) {
  static std::atomic<unsigned> counter{0};
  do {  // a killed process of the same number may have left a file of the same name
    temporary_ = path_;
    temporary_.replace_filename(
        fmt::format(".{}.{}-{}.tmp", path_.filename().string(), ::getpid(), counter.fetch_add(1)));
    descriptor_ = ::open(temporary_.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
  } while (descriptor_ < 0 && errno == EEXIST);
  if (descriptor_ < 0) throw_file_error("write", path_, errno);
}

AtomicFile::~AtomicFile() {
  if (descriptor_ < 0) return;
  ::close(descriptor_);
  ::unlink(temporary_.c_str());
}

void AtomicFile::fail(const char* what) {
  const int error_number = errno;
  if (descriptor_ >= 0) ::close(std::exchange(descriptor_, -1));
  ::unlink(temporary_.c_str());
  throw_file_error(what, path_, error_number);
}

void AtomicFile::write(std::span<const std::uint8_t> bytes) {
  require(descriptor_ >= 0, ErrorKind::Internal,
          fmt::format("[file] '{}' was written to after it was committed or failed", path_.string()));
  while (!bytes.empty()) {
    const ssize_t count = ::write(descriptor_, bytes.data(), bytes.size());
    if (count >= 0) {
      bytes = bytes.subspan(static_cast<std::size_t>(count));
    } else if (errno != EINTR) {
      fail("write");
    }
  }
}

void AtomicFile::write(std::string_view text) {
  write(std::span(reinterpret_cast<const std::uint8_t*>(text.data()), text.size()));
}

void AtomicFile::commit() {
  require(descriptor_ >= 0, ErrorKind::Internal,
          fmt::format("[file] '{}' was committed twice or after a failure", path_.string()));
  if (::fsync(descriptor_) != 0) fail("flush");
  if (::close(std::exchange(descriptor_, -1)) != 0) fail("close");
  if (::rename(temporary_.c_str(), path_.c_str()) != 0) fail("replace");
  flush_folder(path_.parent_path());
}

void write_atomic(const fs::path& path, std::string_view content) {
  AtomicFile file(path);
  file.write(content);
  file.commit();
}

void write_atomic(const fs::path& path, std::span<const std::uint8_t> content) {
  AtomicFile file(path);
  file.write(content);
  file.commit();
}

}  // namespace giemsa
