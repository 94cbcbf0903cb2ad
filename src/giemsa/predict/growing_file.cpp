#include "giemsa/predict/growing_file.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <system_error>
#include <utility>

#include "giemsa/core/descriptor.h"
#include "giemsa/core/error.h"

namespace giemsa {

namespace fs = std::filesystem;
namespace {

constexpr std::size_t kBufferBytes = 64 << 10;
constexpr std::chrono::seconds kFlushPeriod{1};

}  // namespace

fs::path behind_link(const fs::path& file) {
  std::error_code error;
  const fs::file_status status = fs::status(file, error);
  require(!fs::exists(status) || fs::is_regular_file(status), ErrorKind::Io,
          fmt::format("[file] cannot write '{}': it is not a regular file", file.string()), "name a file");
  return fs::exists(status) && fs::is_symlink(fs::symlink_status(file, error)) ? fs::canonical(file) : file;
}

fs::path part_of(const fs::path& file) { return file.string() + ".part"; }

GrowingFile::GrowingFile(fs::path file, std::uint64_t keep_bytes)
    : file_(behind_link(file)), part_(part_of(file_)), flushed_(std::chrono::steady_clock::now()) {
  descriptor_ = ::open(part_.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0666);
  if (descriptor_ < 0) throw_file_error("write", part_, errno);
  const auto fail = [&](const char* what, int error_number) {
    ::close(descriptor_);
    throw_file_error(what, part_, error_number);
  };
  if (::flock(descriptor_, LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK) {
    ::close(descriptor_);
    throw Error(ErrorKind::Io, fmt::format("[file] '{}' is being written by another process", part_.string()),
                "wait for it, or name another file");
  }
  if (::ftruncate(descriptor_, static_cast<off_t>(keep_bytes)) != 0) fail("cut", errno);
  if (::lseek(descriptor_, 0, SEEK_END) < 0) fail("write", errno);
}

GrowingFile::~GrowingFile() {
  if (descriptor_ < 0) return;
  try {
    flush();
  } catch (const Error&) {  // what stopped the writing is on its way already, or the file lacks its last rows
  }
  ::close(descriptor_);
}

void GrowingFile::write(std::string_view text) {
  buffer_ += text;
  if (buffer_.size() < kBufferBytes && std::chrono::steady_clock::now() - flushed_ < kFlushPeriod) return;
  flush();
}

void GrowingFile::flush() {
  std::string_view left = buffer_;
  while (!left.empty()) {
    const ssize_t count = ::write(descriptor_, left.data(), left.size());
    if (count >= 0) {
      left.remove_prefix(static_cast<std::size_t>(count));
    } else if (errno != EINTR) {
      const int error_number = errno;
      buffer_.clear();
      throw_file_error("write", part_, error_number);
    }
  }
  buffer_.clear();
  flushed_ = std::chrono::steady_clock::now();
}

void GrowingFile::commit() {
  flush();
  if (::fsync(descriptor_) != 0) throw_file_error("flush", part_, errno);
  if (::rename(part_.c_str(), file_.c_str()) != 0) throw_file_error("replace", file_, errno);
  if (::close(std::exchange(descriptor_, -1)) != 0) throw_file_error("close", file_, errno);
}

}  // namespace giemsa
