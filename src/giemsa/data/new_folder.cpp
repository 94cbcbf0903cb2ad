#include "giemsa/data/new_folder.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <system_error>

#include "giemsa/core/descriptor.h"
#include "giemsa/core/error.h"
#include "giemsa/core/text.h"

namespace giemsa {
namespace {

namespace fs = std::filesystem;

/// Why `name` cannot name a class folder; nullptr when it can.
const char* folder_name_problem(const std::string& name) {
  constexpr std::size_t kLongestName = 255;  // bytes, on every common file system
  if (name.empty()) return "it is empty";
  if (name.find('/') != std::string::npos) return "it holds a slash";
  if (name.find('\0') != std::string::npos) return "it holds a NUL";
  if (name.starts_with('.')) return "it begins with a dot";
  if (name.size() > kLongestName) return "it is longer than 255 bytes";
  return nullptr;
}

void require_new(const fs::path& path, const std::string& who) {
  std::error_code error;
  if (!fs::exists(path, error)) return;
  require(fs::is_directory(path, error), ErrorKind::Usage,
          fmt::format("[{}] output '{}' is a file; a new folder is expected", who, path.string()),
          "name another folder");
  const bool empty = fs::is_empty(path, error);
  require(!error, ErrorKind::Io, fmt::format("[{}] {}: {}", who, path.string(), error.message()),
          "check its permissions, or name another folder");
  require(empty, ErrorKind::Usage,
          fmt::format("[{}] output folder '{}' exists and is not empty", who, path.string()),
          "name a new folder, or remove this one first");
}

/// Without "." and "..", links followed, without a slash at the end.
fs::path whole_path(const fs::path& path) {
  const fs::path whole = fs::weakly_canonical(fs::absolute(path)).lexically_normal();
  return whole.has_filename() ? whole : whole.parent_path();
}

}  // namespace

NewFolder::NewFolder(const fs::path& path, std::string who) : path_(whole_path(path)), who_(std::move(who)) {
  require_new(path_, who_);
  const fs::path beside =
      path_.parent_path() / fmt::format(".{}.{}.tmp", path_.filename().string(), ::getpid());
  std::error_code error;
  fs::create_directories(path_.parent_path(), error);
  if (error) throw_file_error("create the folder", path_.parent_path(), error.value());
  if (::mkdir(beside.c_str(), 0777) != 0) throw_file_error("create the folder", beside, errno);
  temporary_ = beside;
}

NewFolder::~NewFolder() {
  if (temporary_.empty()) return;
  std::error_code ignored;  // a destructor has nobody to tell
  fs::remove_all(temporary_, ignored);
}

void NewFolder::make_class_folders(const fs::path& relative, const std::vector<std::string>& classes) {
  for (const std::string& name : classes) {
    const char* const problem = folder_name_problem(name);
    require(!problem, ErrorKind::Data,
            fmt::format("[{}] class '{}' cannot name a folder: {}", who_, printable(name),
                        problem ? problem : ""),
            "rename the label first, or write a manifest instead");
    std::error_code error;
    fs::create_directories(temporary_ / relative / name, error);
    if (error) throw_file_error("create the folder", temporary_ / relative / name, error.value());
  }
}

void NewFolder::remove_empty_folders(const fs::path& relative, const std::vector<std::string>& names) {
  for (const std::string& name : names) {
    const fs::path folder = temporary_ / relative / name;
    if (::rmdir(folder.c_str()) != 0 && errno != ENOTEMPTY && errno != EEXIST && errno != ENOENT)
      throw_file_error("remove the empty folder", folder, errno);
  }
}

void NewFolder::write(const fs::path& relative, std::span<const std::uint8_t> content) const {
  const fs::path file = temporary_ / relative;
  const int descriptor = ::open(file.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
  require(descriptor >= 0 || errno != EEXIST, ErrorKind::Internal,
          fmt::format("[{}] '{}' is written twice", who_, file.string()));
  if (descriptor < 0) throw_file_error("write", file, errno);
  int failure = 0;
  while (!content.empty() && failure == 0) {
    const ssize_t count = ::write(descriptor, content.data(), content.size());
    if (count >= 0) {
      content = content.subspan(static_cast<std::size_t>(count));
    } else if (errno != EINTR) {
      failure = errno;
    }
  }
  if (::close(descriptor) != 0 && failure == 0) failure = errno;
  if (failure != 0) throw_file_error("write", file, failure);
}

void NewFolder::write(const fs::path& relative, const std::string& content) const {
  write(relative, std::span(reinterpret_cast<const std::uint8_t*>(content.data()), content.size()));
}

void NewFolder::link(const fs::path& relative, const fs::path& target) const {
  const fs::path link = temporary_ / relative;
  if (::symlink(fs::absolute(target).c_str(), link.c_str()) != 0) throw_file_error("link", link, errno);
}

void NewFolder::commit() {
  const int descriptor = ::open(temporary_.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (descriptor < 0) throw_file_error("flush", temporary_, errno);
  const int failure = ::syncfs(descriptor) == 0 ? 0 : errno;
  ::close(descriptor);
  if (failure != 0) throw_file_error("flush", temporary_, failure);
  if (::rename(temporary_.c_str(), path_.c_str()) != 0) throw_file_error("create the folder", path_, errno);
  temporary_.clear();
}

void require_outside(const fs::path& out, const fs::path& data, const std::string& who) {
  const fs::path inner = whole_path(out), outer = whole_path(data);
  const bool outside = std::ranges::mismatch(outer, inner).in1 != outer.end();
  require(outside, ErrorKind::Usage,
          fmt::format("[{}] output '{}' is, or lies in, '{}', which is read and must not change", who,
                      out.string(), data.string()),
          "name another place");
}

void require_no_picture(const fs::path& out, const Source& source, const std::string& who) {
  std::error_code error;
  if (!source.has_files() || !fs::exists(out, error)) return;
  for (const Record& record : source.records()) {
    const bool same = fs::equivalent(out, record.path, error);
    require(!same || error, ErrorKind::Usage,
            fmt::format("[{}] output '{}' is the picture '{}' of the data set, which must not change", who,
                        out.string(), printable(record.id)),
            "name another file");
  }
}

}  // namespace giemsa
