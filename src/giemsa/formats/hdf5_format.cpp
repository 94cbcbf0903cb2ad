#include "giemsa/formats/hdf5_format.h"

#include <fmt/format.h>

#include <limits>

namespace giemsa {

namespace {

constexpr unsigned kMaxDimensions = 8;
constexpr std::uint64_t kMaxCount = std::numeric_limits<std::int64_t>::max() / 8;  // fits with 8 bytes each

}  // namespace

Hdf5Type read_hdf5_type(Hdf5Cursor in) {
  const unsigned first = in.u8();
  const auto bits = static_cast<std::uint32_t>(in.number(3));
  const std::uint64_t bytes = in.u32();
  if (bytes == 0) in.fault("has values of no size");
  return {first & 0x0Fu, first >> 4, bits, bytes, in};
}

Hdf5Space read_hdf5_space(Hdf5Cursor in) {
  const unsigned version = in.u8();
  if (version != 1 && version != 2) in.fault(fmt::format("has version {}, expected 1 or 2", version));
  const unsigned rank = in.u8();
  if (rank > kMaxDimensions)
    in.fault(fmt::format("has {} dimensions, at most {} are read", rank, kMaxDimensions));
  in.skip(1);  // whether largest sides follow
  constexpr unsigned kNull = 2;
  const bool null = version == 2 && in.u8() == kNull;
  if (version == 1) in.skip(5);
  Hdf5Space space{{}, null ? 0u : 1u};
  if (null) space.shape = {0};
  for (unsigned d = 0; d < rank; ++d) {
    const std::uint64_t side = in.length();
    if (side > kMaxCount || (side > 0 && space.count > kMaxCount / side)) in.fault("is larger than any file");
    space.count *= side;
    space.shape.push_back(static_cast<std::int64_t>(side));
  }
  return space;
}

}  // namespace giemsa
