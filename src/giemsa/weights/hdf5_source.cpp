#include "giemsa/weights/hdf5_source.h"

#include <fmt/format.h>

#include <cstring>

#include "giemsa/core/error.h"

namespace giemsa {

namespace {

/// A sound file is read about once; what its deflated tensors unfold to passes through a few buffers.
constexpr std::uint64_t kBudgetPerByte = 64;
constexpr std::uint64_t kLeastBudget = 64 << 20;

}  // namespace

Hdf5Source::Hdf5Source(std::span<const std::uint8_t> bytes, std::shared_ptr<const void> owner,
                       std::string name)
    : bytes_(bytes),
      owner_(std::move(owner)),
      name_(std::move(name)),
      budget_(kLeastBudget + kBudgetPerByte * bytes.size()) {}

void Hdf5Source::charge(std::uint64_t units) {
  if (units > budget_)
    fault(fmt::format("its {} bytes unfold to far more than they can hold", bytes_.size()));
  budget_ -= units;
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
