#include "giemsa/data/npy.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <charconv>
#include <optional>
#include <string_view>

#include "giemsa/core/error.h"

namespace giemsa {
namespace {

constexpr std::string_view kMagic = "\x93NUMPY";

/// Reads the Python dictionary of the header: `{'descr': '|u1', 'fortran_order': False, 'shape': (3, 4), }`.
class DictionaryReader {
 public:
  DictionaryReader(std::string_view text, const std::string& name) : text_(text), name_(name) {}

  NpyHeader read() {
    std::optional<std::string> type;
    std::optional<bool> fortran_order;
    std::optional<std::vector<std::uint64_t>> shape;
    expect('{');
    while (!take('}')) {
      const std::string key = quoted();
      expect(':');
      if (key == "descr") {
        if (next() != '\'' && next() != '"') fail("a structured array");
        type = quoted();
      } else if (key == "fortran_order") {
        fortran_order = boolean();
      } else if (key == "shape") {
        shape = tuple();
      } else {
        fail("an unknown key '" + key + "'");
      }
      if (!take(',') && next() != '}') fail("no ',' or '}' after '" + key + "'");
    }
    if (!type || !fortran_order || !shape) fail("no 'descr', 'fortran_order' or 'shape'");
    if (*fortran_order) {
      throw Error(ErrorKind::Data, fmt::format("[npy] {}: Fortran order; C order is expected", name_),
                  "save numpy.ascontiguousarray(array)");
    }
    NpyHeader header;
    header.shape = *shape;
    set_type(header, *type);
    return header;
  }

 private:
  [[noreturn]] void fail(const std::string& found) const {
    throw Error(ErrorKind::Data, fmt::format("[npy] {}: malformed header: {}", name_, found));
  }
  void set_type(NpyHeader& header, const std::string& type) const {
    if (type.starts_with("<U")) {
      std::size_t characters = 0;
      const auto [end, error] = std::from_chars(type.data() + 2, type.data() + type.size(), characters);
      constexpr std::size_t kMostCharacters = 4096;
      if (error != std::errc() || *end != '\0' || characters < 1 || characters > kMostCharacters) {
        fail("text of type '" + type + "'");
      }
      header.kind = 'U';
      header.item_bytes = 4 * characters;
      return;
    }
    const bool known =
        type.size() == 3 && (type[1] == 'u' || type[1] == 'i') &&
        (type[2] == '1' || ((type[2] == '2' || type[2] == '4' || type[2] == '8') && type[0] == '<')) &&
        std::string_view("<|>=").find(type[0]) != std::string_view::npos;
    if (!known) {
      throw Error(
          ErrorKind::Data,
          fmt::format(
              "[npy] {}: items of type '{}'; little-endian integers (such as |u1 or <i8) are expected", name_,
              type),
          "convert with array.astype(numpy.uint8)");
    }
    header.kind = type[1];
    header.item_bytes = static_cast<std::size_t>(type[2] - '0');
  }

  char next() {
    at_ = std::min(text_.find_first_not_of(" \n\t", at_), text_.size());
    return at_ < text_.size() ? text_[at_] : '\0';
  }
  bool take(char wanted) {
    if (next() != wanted) return false;
    ++at_;
    return true;
  }
  void expect(char wanted) {
    if (!take(wanted)) fail(fmt::format("no '{}' at byte {}", wanted, at_));
  }
  std::string quoted() {
    const char quote = next();
    if (quote != '\'' && quote != '"') fail(fmt::format("no text at byte {}", at_));
    const std::size_t end = text_.find(quote, ++at_);
    if (end == std::string_view::npos) fail("a text without end");
    std::string value(text_.substr(at_, end - at_));
    at_ = end + 1;
    return value;
  }
  bool boolean() {
    next();
    for (const auto& [word, value] : {std::pair{std::string_view("True"), true}, {"False", false}}) {
      if (text_.substr(at_).starts_with(word)) {
        at_ += word.size();
        return value;
      }
    }
    fail("neither True nor False");
  }
  std::vector<std::uint64_t> tuple() {
    std::vector<std::uint64_t> values;
    expect('(');
    while (!take(')')) {
      next();
      std::uint64_t value = 0;
      const auto [end, error] = std::from_chars(text_.data() + at_, text_.data() + text_.size(), value);
      if (error != std::errc()) fail(fmt::format("no number at byte {}", at_));
      at_ = static_cast<std::size_t>(end - text_.data());
      if (values.size() == 8) fail("more than 8 dimensions");
      values.push_back(value);
      if (!take(',') && next() != ')') fail("no ',' in the shape");
    }
    return values;
  }

  std::string_view text_;
  const std::string& name_;
  std::size_t at_ = 0;
};

/// Rejects shapes whose product is over the limit, without overflow on the way.
void check_bytes(const NpyHeader& header, const std::string& name) {
  if (std::ranges::find(header.shape, 0u) != header.shape.end()) return;
  std::uint64_t room = kMaxNpyDataBytes / header.item_bytes;
  for (const std::uint64_t n : header.shape) {
    if (n > room) {
      throw Error(ErrorKind::Data, fmt::format("[npy] {}: shape ({}) is over the limit of {} bytes", name,
                                               fmt::join(header.shape, ", "), kMaxNpyDataBytes));
    }
    room /= n;
  }
}

}  // namespace

std::uint64_t NpyHeader::items() const {
  std::uint64_t product = 1;
  for (const std::uint64_t n : shape) product *= n;
  return product;
}

NpyHeader parse_npy_header(std::span<const std::uint8_t> start, const std::string& name) {
  const std::string_view text(reinterpret_cast<const char*>(start.data()), start.size());
  const auto fail = [&](const std::string& problem) {
    throw Error(ErrorKind::Data, fmt::format("[npy] {}: {}", name, problem));
  };
  if (text.size() < 12 || !text.starts_with(kMagic)) fail("not an .npy array");
  const int major = start[6], minor = start[7];
  if (major < 1 || major > 3 || minor != 0) {
    fail(fmt::format("format {}.{}; 1.0, 2.0 or 3.0 is expected", major, minor));
  }
  std::size_t length = start[8] | std::size_t{start[9]} << 8;
  if (major > 1) length |= std::size_t{start[10]} << 16 | std::size_t{start[11]} << 24;
  const std::size_t begin = major == 1 ? 10 : 12;
  if (length > kMaxNpyHeaderBytes - begin) fail(fmt::format("a header of {} bytes", length));
  if (length > text.size() - begin) fail("truncated: it ends in the header");
  NpyHeader header = DictionaryReader(text.substr(begin, length), name).read();
  header.header_bytes = begin + length;
  check_bytes(header, name);
  return header;
}

std::vector<std::uint8_t> npy_header_bytes(const NpyHeader& header) {
  const bool text = header.kind == 'U';
  const std::size_t size = text ? header.item_bytes / 4 : header.item_bytes;
  std::string dictionary =
      fmt::format("{{'descr': '{}{}{}', 'fortran_order': False, 'shape': ({},), }}",
                  header.item_bytes == 1 ? '|' : '<', header.kind, size, fmt::join(header.shape, ", "));
  constexpr std::size_t kBefore = 10, kAlignment = 64;  // NEP 1: the items begin at a multiple of 64
  while ((kBefore + dictionary.size() + 1) % kAlignment != 0) dictionary += ' ';
  dictionary += '\n';
  std::vector<std::uint8_t> bytes(kMagic.begin(), kMagic.end());
  const auto length = dictionary.size();
  for (const std::size_t byte : {std::size_t{1}, std::size_t{0}, length & 0xFF, length >> 8}) {
    bytes.push_back(static_cast<std::uint8_t>(byte));
  }
  bytes.insert(bytes.end(), dictionary.begin(), dictionary.end());
  return bytes;
}

}  // namespace giemsa
