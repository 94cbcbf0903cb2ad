#include "giemsa/data/npz.h"

#include <fmt/format.h>
#include <zip.h>

#include <algorithm>

#include "giemsa/core/error.h"
#include "giemsa/core/text.h"
#include "giemsa/data/utf32.h"

namespace giemsa {
namespace {

constexpr std::string_view kSuffix = ".npy";
constexpr zip_int64_t kMaxEntries = 10'000;
constexpr std::uint64_t kMaxDeflateRatio = 1032;  // deflate cannot do better

struct EntryCloser {
  void operator()(zip_file_t* file) const { zip_fclose(file); }
};
using Entry = std::unique_ptr<zip_file_t, EntryCloser>;

/// Reads up to `count` bytes; fewer only at the end of the entry. Throws Data on damage.
std::size_t read_some(zip_file_t* entry, std::uint8_t* out, std::uint64_t count, const std::string& name) {
  constexpr std::uint64_t kPiece = 16 << 20;
  std::uint64_t done = 0;
  while (done < count) {
    const zip_int64_t got = zip_fread(entry, out + done, std::min(kPiece, count - done));
    if (got < 0) {
      throw Error(ErrorKind::Data,
                  fmt::format("[npz] {}: truncated or damaged ({})", name, zip_file_strerror(entry)),
                  "copy the file again from where it came");
    }
    if (got == 0) break;
    done += static_cast<std::uint64_t>(got);
  }
  return done;
}

}  // namespace

std::int64_t NpyArray::integer(std::size_t index) const {
  std::uint64_t value = 0;
  for (std::size_t i = 0; i < header.item_bytes; ++i) {
    value |= static_cast<std::uint64_t>(data[index * header.item_bytes + i]) << (8 * i);
  }
  if (header.kind == 'u') return static_cast<std::int64_t>(value);
  const unsigned unused_bits = static_cast<unsigned>(64 - 8 * header.item_bytes);
  return static_cast<std::int64_t>(value << unused_bits) >> unused_bits;  // extends the sign
}

std::string NpyArray::text(std::size_t index) const {
  std::string text;
  const std::uint8_t* const item = data.data() + index * header.item_bytes;
  for (std::size_t i = 0; i < header.item_bytes; i += 4) {
    const std::uint32_t code = item[i] | std::uint32_t{item[i + 1]} << 8 | std::uint32_t{item[i + 2]} << 16 |
                               std::uint32_t{item[i + 3]} << 24;
    if (code == 0) break;  // NumPy pads with NUL
    require(append_utf8(text, code), ErrorKind::Data,
            fmt::format("[npz] {}: item {} is not Unicode text", name, index));
  }
  return text;
}

NpzFile::NpzFile(const std::filesystem::path& path) : name_(path.string()) {
  int code = 0;
  zip_t* const zip = zip_open(path.c_str(), ZIP_RDONLY, &code);
  if (!zip) {
    zip_error_t error;
    zip_error_init_with_code(&error, code);
    const std::string why = zip_error_strerror(&error);
    zip_error_fini(&error);
    const bool io = code == ZIP_ER_NOENT || code == ZIP_ER_OPEN || code == ZIP_ER_READ;
    throw Error(io ? ErrorKind::Io : ErrorKind::Data,
                fmt::format("[npz] {}: not a whole .npz archive ({})", name_, why),
                io ? "" : "copy the file again from where it came");
  }
  archive_.reset(zip, [](void* archive) { zip_discard(static_cast<zip_t*>(archive)); });
  const zip_int64_t entries = zip_get_num_entries(zip, 0);
  require(entries <= kMaxEntries, ErrorKind::Data,
          fmt::format("[npz] {}: {} entries; at most {} are read", name_, entries, kMaxEntries));
  for (zip_int64_t i = 0; i < entries; ++i) {
    const char* entry = zip_get_name(zip, static_cast<zip_uint64_t>(i), ZIP_FL_ENC_GUESS);
    std::string_view key = entry ? entry : "";
    if (key.ends_with(kSuffix)) keys_.emplace_back(key.substr(0, key.size() - kSuffix.size()));
  }
}

bool NpzFile::contains(const std::string& key) const { return std::ranges::find(keys_, key) != keys_.end(); }

NpyArray NpzFile::read(const std::string& key) const {
  require(contains(key), ErrorKind::Data,
          fmt::format("[npz] {}: no array '{}'; it holds: {}", name_, key, join(keys_, ", ")));
  auto* const zip = static_cast<zip_t*>(archive_.get());
  const std::string entry_name = key + std::string(kSuffix);
  NpyArray array;
  array.name = fmt::format("{}: {}", name_, key);

  zip_stat_t stat;
  const Entry entry(zip_fopen(zip, entry_name.c_str(), 0));
  const bool known = entry && zip_stat(zip, entry_name.c_str(), 0, &stat) == 0 &&
                     (stat.valid & ZIP_STAT_SIZE) && (stat.valid & ZIP_STAT_COMP_SIZE);
  if (!known) {
    throw Error(ErrorKind::Data, fmt::format("[npz] {}: unreadable ({})", array.name, zip_strerror(zip)));
  }
  Bytes start(std::min<std::uint64_t>(stat.size, kMaxNpyHeaderBytes));
  start.resize(read_some(entry.get(), start.data(), start.size(), array.name));
  array.header = parse_npy_header(start, array.name);

  const std::uint64_t expected = array.header.header_bytes + array.header.data_bytes();
  require(stat.size == expected, ErrorKind::Data,
          fmt::format("[npz] {}: {} bytes; its header says {}", array.name, stat.size, expected));
  const std::size_t first = start.size() - array.header.header_bytes;
  require(expected / kMaxDeflateRatio <= stat.comp_size, ErrorKind::Data,
          fmt::format("[npz] {}: {} bytes cannot come from {} compressed ones", array.name, expected,
                      stat.comp_size));
  array.data.resize(array.header.data_bytes());
  std::copy(start.end() - static_cast<std::ptrdiff_t>(first), start.end(), array.data.begin());
  const std::size_t rest =
      read_some(entry.get(), array.data.data() + first, array.data.size() - first, array.name);
  require(first + rest == array.data.size(), ErrorKind::Data,
          fmt::format("[npz] {}: truncated: {} of {} bytes", array.name, first + rest, array.data.size()));
  std::uint8_t beyond = 0;  // reading past the end makes libzip compare the checksum
  require(read_some(entry.get(), &beyond, 1, array.name) == 0, ErrorKind::Data,
          fmt::format("[npz] {}: longer than the archive says", array.name));
  return array;
}

}  // namespace giemsa
