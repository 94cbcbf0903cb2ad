#include "giemsa/formats/hdf5_source.h"

#include <fmt/format.h>

#include <cstring>

#include "giemsa/core/error.h"

namespace giemsa {

namespace {

/// A sound file is read about once; what its deflated tensors unfold to passes through a few buffers.
constexpr std::uint64_t kWorkPerByte = 64;
constexpr std::uint64_t kLeastWork = 64 << 20;
/// Deflate makes weights in fp32 hardly smaller; halves double when they become fp32, bytes take four times
/// as much.
constexpr std::uint64_t kMemoryPerByte = 8;
constexpr std::uint64_t kLeastMemory = 16 << 20;

}  // namespace

Hdf5Source::Hdf5Source(std::span<const std::uint8_t> bytes, std::optional<MappedFile> mapping,
                       std::string name)
    : bytes_(bytes),
      mapping_(std::move(mapping)),
      name_(std::move(name)),
      work_left_(kLeastWork + kWorkPerByte * bytes.size()),
      memory_left_(kLeastMemory + kMemoryPerByte * bytes.size()) {}

std::shared_ptr<const std::uint8_t[]> Hdf5Source::part(std::span<const std::uint8_t> data) const {
  if (!mapping_) return nullptr;
  return mapping_->part(static_cast<std::size_t>(data.data() - mapping_->bytes().data()), data.size());
}

void Hdf5Source::charge(std::uint64_t units) {
  if (units > work_left_)
    fault(fmt::format("its {} bytes make far more work than a sound file of that size", bytes_.size()));
  work_left_ -= units;
}

void Hdf5Source::hold(std::uint64_t kept_bytes, std::uint64_t passing_bytes) {
  charge(kept_bytes);
  if (kept_bytes > memory_left_ || passing_bytes > memory_left_ - kept_bytes) {
    fault(fmt::format("its {} bytes would take more than {} times their size and {} MiB of memory",
                      bytes_.size(), kMemoryPerByte, kLeastMemory >> 20));
  }
  memory_left_ -= kept_bytes;
}

void Hdf5Source::fault(const std::string& what) const {
  throw Error(ErrorKind::Model, fmt::format("[hdf5] {}: {}", name_, what),
              "the file is damaged or cut short; fetch it again");
}

void Hdf5Source::unsupported(const std::string& what, const std::string& hint) const {
  throw Error(ErrorKind::Model, fmt::format("[hdf5] {}: {}", name_, what), hint);
}

Hdf5Cursor Hdf5Source::at(std::uint64_t address, const char* what) const {
  if (address > bytes_.size()) {
    fault(fmt::format("{} at byte {} lies outside the file of {} bytes", what, address, bytes_.size()));
  }
  return {*this, bytes_.subspan(address), what};
}

Hdf5Cursor Hdf5Source::at(std::uint64_t address, std::uint64_t size, const char* what) const {
  return {*this, at(address, what).take(size), what};
}

std::span<const std::uint8_t> Hdf5Cursor::take(std::uint64_t count) {
  if (count > bytes_.size()) fault("ends early");
  const auto taken = bytes_.first(count);
  bytes_ = bytes_.subspan(count);
  return taken;
}

std::uint64_t Hdf5Cursor::number(unsigned bytes) {
  std::uint64_t value = 0;
  unsigned shift = 0;
  for (const std::uint8_t byte : take(bytes)) {
    value |= std::uint64_t{byte} << shift;
    shift += 8;
  }
  return value;
}

void Hdf5Cursor::expect(std::string_view signature) {
  if (std::memcmp(take(signature.size()).data(), signature.data(), signature.size()) != 0) {
    fault("does not begin as it should");
  }
}

void Hdf5Cursor::expect_version(unsigned version) {
  const unsigned got = u8();
  if (got != version) fault(fmt::format("has version {}, expected {}", got, version));
}

void Hdf5Cursor::fault(const std::string& what) const { source_->fault(fmt::format("{} {}", what_, what)); }

}  // namespace giemsa
