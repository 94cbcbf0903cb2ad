#pragma once
#include <algorithm>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>
#include <vector>

namespace giemsa::testing {

/// Little-endian numbers and texts, one behind the other.
class Hdf5Bytes {
 public:
  Hdf5Bytes& number(std::uint64_t value, unsigned bytes) {
    for (unsigned i = 0; i < bytes; ++i) bytes_ += static_cast<char>(value >> (8 * i));
    return *this;
  }
  Hdf5Bytes& text(std::string_view text) {
    bytes_ += text;
    return *this;
  }
  Hdf5Bytes& padded(std::string_view text, std::size_t multiple = 8) {
    bytes_ += text;
    bytes_.append((multiple - text.size() % multiple) % multiple, '\0');
    return *this;
  }
  const std::string& str() const { return bytes_; }

 private:
  std::string bytes_;
};

/// A message of an object's header.
struct Hdf5MessageBytes {
  std::uint16_t type;
  std::string body;
};

/// An attribute message (version 1) with a list of strings of one length.
inline Hdf5MessageBytes text_attribute(const std::string& name, const std::vector<std::string>& texts) {
  std::size_t longest = 1;
  for (const std::string& text : texts) longest = std::max(longest, text.size());
  const std::string type = Hdf5Bytes().number(0x13, 1).number(1, 3).number(longest, 4).str();
  const std::string space = Hdf5Bytes().number(1, 1).number(1, 1).number(0, 6).number(texts.size(), 8).str();
  Hdf5Bytes out;
  out.number(1, 1).number(0, 1).number(name.size() + 1, 2).number(type.size(), 2).number(space.size(), 2);
  out.padded(name + '\0').padded(type).padded(space);
  for (const std::string& text : texts) out.padded(text, longest);
  return {0x0C, out.str()};
}

/// A link message to the object at `address`.
inline Hdf5MessageBytes link(std::string_view name, std::uint64_t address) {
  return {0x06,
          Hdf5Bytes().number(1, 1).number(0, 1).number(name.size(), 1).text(name).number(address, 8).str()};
}

/// Of IEEE's single, whose fields a test may spoil.
inline std::string float_type() {
  return Hdf5Bytes()
      .number(0x11, 1)
      .number(0x1F20, 3)  // sign at 31, the first bit of the fraction implied
      .number(4, 4)
      .number(0, 2)
      .number(32, 2)
      .number(23, 1)
      .number(8, 1)
      .number(0, 1)
      .number(23, 1)
      .number(127, 4)
      .str();
}

/// The messages of a dataset of one dimension that lies in one piece at `address`.
inline std::vector<Hdf5MessageBytes> dataset(std::uint64_t count, const std::string& type,
                                             std::uint64_t address, std::uint64_t bytes) {
  return {{0x01, Hdf5Bytes().number(1, 1).number(1, 1).number(0, 6).number(count, 8).str()},
          {0x03, type},
          {0x08, Hdf5Bytes().number(3, 1).number(1, 1).number(address, 8).number(bytes, 8).str()}};
}

/// A file of HDF5 with a superblock of version 0, put together by hand for what h5py does not write. Objects
/// are added before those that link to them, the root last.
class Hdf5Builder {
 public:
  Hdf5Builder() : file_(kSuperblock, '\0') {}

  /// Appends bytes; returns where.
  std::uint64_t add(std::string_view bytes) {
    file_.append((8 - file_.size() % 8) % 8, '\0');
    const std::uint64_t address = file_.size();
    file_ += bytes;
    return address;
  }
  /// An object header of version 1.
  std::uint64_t object(const std::vector<Hdf5MessageBytes>& messages) {
    Hdf5Bytes body;
    for (const Hdf5MessageBytes& message : messages) {
      const std::string padded = Hdf5Bytes().padded(message.body).str();
      body.number(message.type, 2).number(padded.size(), 2).number(0, 4).text(padded);
    }
    Hdf5Bytes head;
    head.number(1, 2).number(messages.size(), 2).number(1, 4).number(body.str().size(), 4).number(0, 4);
    return add(head.str() + body.str());
  }
  std::string finish(std::uint64_t root) {
    Hdf5Bytes block;
    block.text(std::string_view("\x89HDF\r\n\x1a\n", 8)).number(0, 5).number(8, 1).number(8, 1).number(0, 1);
    block.number(4, 2).number(16, 2).number(0, 4).number(0, 8).number(~std::uint64_t{0}, 8);
    block.number(file_.size(), 8).number(~std::uint64_t{0}, 8).number(0, 8).number(root, 8);
    std::copy(block.str().begin(), block.str().end(), file_.begin());
    return file_;
  }

 private:
  static constexpr std::size_t kSuperblock = 96;
  std::string file_;
};

inline std::vector<std::uint8_t> as_bytes(std::string_view text) { return {text.begin(), text.end()}; }

}  // namespace giemsa::testing
