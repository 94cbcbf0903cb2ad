#include "giemsa/convert/npz_writer.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>
#include <zip.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <utility>

#include "giemsa/core/descriptor.h"
#include "giemsa/core/error.h"
#include "giemsa/data/utf32.h"

namespace giemsa {
namespace {

namespace fs = std::filesystem;

void put_little_endian(Bytes& bytes, std::uint64_t value, int count) {
  for (int i = 0; i < count; ++i) bytes.push_back(static_cast<std::uint8_t>(value >> (8 * i)));
}

/// Serves bytes that are all there.
NpzWriter::Fill fill_from(Bytes bytes) {
  return [bytes = std::move(bytes), at = std::size_t{0}](std::span<std::uint8_t> out) mutable {
    std::copy_n(bytes.begin() + static_cast<std::ptrdiff_t>(at), out.size(), out.begin());
    at += out.size();
  };
}

}  // namespace

/// One array on its way into the archive.
struct NpzWriter::Entry {
  Bytes start;  ///< the header, which is served before the items
  std::uint64_t data_bytes = 0;
  Fill fill;
  std::uint64_t served = 0;
  std::exception_ptr failure = nullptr;
  zip_error_t error = {};

  std::int64_t read(std::span<std::uint8_t> out) {
    const std::uint64_t total = start.size() + data_bytes;
    out = out.first(std::min<std::uint64_t>(out.size(), total - served));
    const std::size_t size = out.size();
    if (served < start.size()) {
      const std::size_t head = std::min<std::size_t>(out.size(), start.size() - served);
      std::copy_n(start.begin() + static_cast<std::ptrdiff_t>(served), head, out.begin());
      out = out.subspan(head);
    }
    if (!out.empty()) fill(out);
    served += size;
    return static_cast<std::int64_t>(size);
  }
};

/// libzip's callback; exceptions must not pass through C, so they wait in the entry for commit().
std::int64_t NpzWriter::serve(void* user, void* data, std::uint64_t length, int command) {
  auto& entry = *static_cast<Entry*>(user);
  switch (command) {
    case ZIP_SOURCE_OPEN:
    case ZIP_SOURCE_CLOSE:
    case ZIP_SOURCE_FREE:
      return 0;
    case ZIP_SOURCE_READ:
      try {
        return entry.read({static_cast<std::uint8_t*>(data), length});
      } catch (...) {
        entry.failure = std::current_exception();
        zip_error_set(&entry.error, ZIP_ER_INTERNAL, 0);
        return -1;
      }
    case ZIP_SOURCE_STAT: {
      auto* const stat = static_cast<zip_stat_t*>(data);
      zip_stat_init(stat);
      stat->valid = ZIP_STAT_SIZE;  // tells libzip whether the entry needs 64 bits
      stat->size = entry.start.size() + entry.data_bytes;
      return sizeof *stat;
    }
    case ZIP_SOURCE_ERROR:
      return zip_error_to_data(&entry.error, data, length);
    case ZIP_SOURCE_SUPPORTS:
      return zip_source_make_command_bitmap(ZIP_SOURCE_OPEN, ZIP_SOURCE_READ, ZIP_SOURCE_CLOSE,
                                            ZIP_SOURCE_STAT, ZIP_SOURCE_ERROR, ZIP_SOURCE_FREE, -1);
    default:
      zip_error_set(&entry.error, ZIP_ER_OPNOTSUPP, 0);
      return -1;
  }
}

NpzWriter::NpzWriter(const fs::path& path) : path_(path), temporary_(path) {
  const fs::file_status status = fs::status(path);
  require(!fs::exists(status) || fs::is_regular_file(status), ErrorKind::Io,
          fmt::format("[npz] cannot write '{}': it is not a regular file", path.string()), "name a file");
  temporary_.replace_filename(fmt::format(".{}.{}.tmp", path.filename().string(), ::getpid()));
  const int descriptor = ::open(temporary_.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
  if (descriptor < 0) throw_file_error("write", path_, errno);
  ::close(descriptor);  // libzip makes the file only at the end
  int code = 0;
  archive_ = zip_open(temporary_.c_str(), ZIP_CREATE | ZIP_TRUNCATE, &code);
  if (archive_) return;
  const int failure = errno;
  ::unlink(temporary_.c_str());
  throw_file_error("write", path_, failure);
}

NpzWriter::~NpzWriter() {
  if (!archive_) return;
  zip_discard(static_cast<zip_t*>(archive_));
  ::unlink(temporary_.c_str());
}

void NpzWriter::add(const std::string& key, const NpyHeader& header, Fill fill) {
  auto* const zip = static_cast<zip_t*>(archive_);
  entries_.push_back(std::make_unique<Entry>(
      Entry{.start = npy_header_bytes(header), .data_bytes = header.data_bytes(), .fill = std::move(fill)}));
  zip_source_t* const source = zip_source_function(
      zip,
      [](void* user, void* data, zip_uint64_t length, zip_source_cmd_t command) -> zip_int64_t {
        return serve(user, data, length, command);
      },
      entries_.back().get());
  const std::string name = key + ".npy";
  const zip_int64_t index = source ? zip_file_add(zip, name.c_str(), source, ZIP_FL_ENC_UTF_8) : -1;
  if (index < 0) {
    if (source) zip_source_free(source);
    throw Error(ErrorKind::Internal, fmt::format("[npz] cannot add '{}': {}", name, zip_strerror(zip)));
  }
  constexpr int kFastest = 1;
  zip_set_file_compression(zip, static_cast<zip_uint64_t>(index), ZIP_CM_DEFLATE, kFastest);
  constexpr zip_uint16_t kNewYear1980 = 1 << 5 | 1;  // the same content shall be the same file
  zip_file_set_dostime(zip, static_cast<zip_uint64_t>(index), 0, kNewYear1980, 0);
}

void NpzWriter::add_integers(const std::string& key, const std::vector<std::uint64_t>& shape,
                             const std::vector<int>& values) {
  Bytes bytes;
  for (const int value : values) put_little_endian(bytes, static_cast<std::uint64_t>(value), 8);
  add(key, {.kind = 'i', .item_bytes = 8, .shape = shape}, fill_from(std::move(bytes)));
}

void NpzWriter::add_text(const std::string& key, const std::vector<std::string>& utf8) {
  std::vector<std::vector<std::uint32_t>> items;
  std::size_t longest = 1;
  for (const std::string& text : utf8) {
    items.push_back(to_utf32(text));
    longest = std::max(longest, items.back().size());
  }
  const NpyHeader header{.kind = 'U', .item_bytes = 4 * longest, .shape = {utf8.size()}};
  require(header.data_bytes() <= kMaxNpyDataBytes, ErrorKind::Data,
          fmt::format("[npz] {}: {} texts of up to {} characters take {} bytes; at most {} are read back",
                      key, utf8.size(), longest, header.data_bytes(), kMaxNpyDataBytes),
          "shorten the longest");
  Bytes bytes;
  for (auto& item : items) {
    item.resize(longest);
    for (const std::uint32_t code : item) put_little_endian(bytes, code, 4);
  }
  add(key, header, fill_from(std::move(bytes)));
}

void NpzWriter::commit() {
  auto* const zip = static_cast<zip_t*>(archive_);
  if (zip_close(zip) != 0) {
    for (const auto& entry : entries_) {
      if (entry->failure) std::rethrow_exception(entry->failure);
    }
    const zip_error_t* const error = zip_get_error(zip);
    if (zip_error_system_type(error) == ZIP_ET_SYS) {
      throw_file_error("write", path_, zip_error_code_system(error));
    }
    throw Error(ErrorKind::Io, fmt::format("[npz] cannot write '{}': {}", path_.string(), zip_strerror(zip)));
  }
  archive_ = nullptr;
  const int descriptor = ::open(temporary_.c_str(), O_RDONLY | O_CLOEXEC);
  const bool placed =
      descriptor >= 0 && ::fsync(descriptor) == 0 && ::rename(temporary_.c_str(), path_.c_str()) == 0;
  const int failure = errno;
  if (descriptor >= 0) ::close(descriptor);
  if (placed) return;
  ::unlink(temporary_.c_str());
  throw_file_error("write", path_, failure);
}

}  // namespace giemsa
