#pragma once
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "giemsa/core/file.h"

namespace giemsa {

/// The address that stands for "nowhere".
inline constexpr std::uint64_t kHdf5Undefined = ~std::uint64_t{0};

class Hdf5Cursor;

/// The bytes of an HDF5 file from its superblock on, its name for messages, and a bound on the memory and the
/// work that it may cause: lists on the disk can lead back to themselves and names can share one object, so
/// whatever is read is charged.
class Hdf5Source {
 public:
  /// `mapping`: the file that holds `bytes`, when tensors may lie in it; else they are copied.
  Hdf5Source(std::span<const std::uint8_t> bytes, std::optional<MappedFile> mapping, std::string name);

  std::span<const std::uint8_t> bytes() const { return bytes_; }
  /// A part of the mapped file, whose pages leave memory with it; null without a mapping.
  std::shared_ptr<const std::uint8_t[]> part(std::span<const std::uint8_t> data) const;

  /// Drops a user block: what other programs put before the HDF5 signature.
  void begin_at(std::size_t offset) { bytes_ = bytes_.subspan(offset); }
  /// Throws Model once the file has caused more work than a sound file of its size can.
  void charge(std::uint64_t units);
  /// Charges memory that is kept, and checks that there is room for what is needed beside it for a while. To
  /// be called before the memory is taken; throws Model once a file of this size is not to have more.
  void hold(std::uint64_t kept_bytes, std::uint64_t passing_bytes = 0);
  /// Throws Model: the file is damaged, or `what` is in it that giemsa does not read.
  [[noreturn]] void fault(const std::string& what) const;
  [[noreturn]] void unsupported(const std::string& what, const std::string& hint) const;
  void check(bool condition, const char* what) const {
    if (!condition) fault(what);
  }

  /// Reads from `address` on; `what` names the structure in messages.
  Hdf5Cursor at(std::uint64_t address, const char* what) const;
  Hdf5Cursor at(std::uint64_t address, std::uint64_t size, const char* what) const;

 private:
  std::span<const std::uint8_t> bytes_;
  std::optional<MappedFile> mapping_;
  std::string name_;
  std::uint64_t work_left_, memory_left_;
};

/// Reads little-endian numbers one after another; reading past the end throws Model.
class Hdf5Cursor {
 public:
  Hdf5Cursor(const Hdf5Source& source, std::span<const std::uint8_t> bytes, const char* what)
      : source_(&source), bytes_(bytes), what_(what) {}

  std::size_t remaining() const { return bytes_.size(); }
  std::span<const std::uint8_t> take(std::uint64_t count);
  void skip(std::uint64_t count) { take(count); }
  /// An unsigned number of 0 to 8 bytes.
  std::uint64_t number(unsigned bytes);
  std::uint8_t u8() { return static_cast<std::uint8_t>(number(1)); }
  std::uint16_t u16() { return static_cast<std::uint16_t>(number(2)); }
  std::uint32_t u32() { return static_cast<std::uint32_t>(number(4)); }
  std::uint64_t u64() { return number(8); }
  /// Addresses and lengths; files whose own are shorter than 8 bytes are refused with the superblock.
  std::uint64_t address() { return number(8); }
  std::uint64_t length() { return number(8); }
  void expect(std::string_view signature);
  void expect_version(unsigned version);
  [[noreturn]] void fault(const std::string& what) const;

 private:
  const Hdf5Source* source_;
  std::span<const std::uint8_t> bytes_;
  const char* what_;
};

}  // namespace giemsa
