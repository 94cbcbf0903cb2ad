#include "giemsa/descriptors/texture.h"

#include <cmath>
#include <numeric>

#include "giemsa/core/vector_clones.h"

namespace giemsa {
namespace {

/// Mean step between neighbours along both directions, of the first kSize rows and columns. Columns are
/// summed apart, so that they can be summed side by side.
template <int kSize>
inline float mean_step(const Plane64& plane) {
  std::array<float, kSize> sums{};
  for (int y = 0; y < kSize; ++y) {
    const float* row = plane[y].data();
    const float* above = plane[y > 0 ? y - 1 : 0].data();
    for (int x = 0; x < kSize; ++x) sums[x] += std::fabs(row[x] - above[x]);
    for (int x = 0; x + 1 < kSize; ++x) sums[x] += std::fabs(row[x + 1] - row[x]);
  }
  return std::accumulate(sums.begin(), sums.end(), 0.f) / static_cast<float>(kSize * (kSize - 1));
}

/// Means of 2×2 pixels of the first 2 kSize rows and columns.
template <int kSize>
inline void halve(const Plane64& plane, Plane64& half) {
  for (int y = 0; y < kSize; ++y) {
    const std::array<float, 64>&above = plane[2 * y], &below = plane[2 * y + 1];
    for (int x = 0; x < kSize; ++x)
      half[y][x] = ((above[2 * x] + above[2 * x + 1]) + (below[2 * x] + below[2 * x + 1])) / 4;
  }
}

}  // namespace

GIEMSA_VECTOR_CLONES std::array<float, 4> mean_steps(const Plane64& plane) {
  Plane64 half, quarter, eighth;
  halve<32>(plane, half);
  halve<16>(half, quarter);
  halve<8>(quarter, eighth);
  return {mean_step<64>(plane), mean_step<32>(half), mean_step<16>(quarter), mean_step<8>(eighth)};
}

}  // namespace giemsa
