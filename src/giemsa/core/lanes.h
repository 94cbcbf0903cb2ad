#pragma once
#include <cstddef>
#include <cstring>

namespace giemsa {

/// Numbers that are computed with side by side: what the compiler makes of a loop over an array it may keep
/// in memory, but these stay in the registers of any vector unit. Only in functions with
/// GIEMSA_VECTOR_CLONES, and never passed by value between functions that are not inlined.
inline constexpr std::size_t kLanes = 16;
using Lanes = float __attribute__((vector_size(kLanes * sizeof(float))));

[[gnu::always_inline]] inline void load(Lanes& lanes, const float* from) {
  std::memcpy(&lanes, from, sizeof lanes);
}
[[gnu::always_inline]] inline void store(const Lanes& lanes, float* to) {
  std::memcpy(to, &lanes, sizeof lanes);
}

/// By halves, which is faster than one after another, and as fixed an order.
[[gnu::always_inline]] inline float sum_of(const Lanes& lanes) {
  float sums[kLanes];
  store(lanes, sums);
  for (std::size_t half = kLanes / 2; half > 0; half /= 2)
    for (std::size_t i = 0; i < half; ++i) sums[i] += sums[i + half];
  return sums[0];
}

}  // namespace giemsa
