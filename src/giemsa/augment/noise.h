#pragma once
#include <cstdint>

namespace giemsa {

/// 32 well-mixed bits for a counter under a key: the finaliser of MurmurHash3 (Appleby). A loop over counters
/// fills vector units, which a generator with a state does not.
constexpr std::uint32_t counter_bits(std::uint32_t key, std::uint32_t counter) {
  std::uint32_t h = counter * 0x9E3779B9u ^ key;
  h = (h ^ h >> 16) * 0x85EBCA6Bu;
  h = (h ^ h >> 13) * 0xC2B2AE35u;
  return h ^ h >> 16;
}

/// About a standard normal variate for a counter: four uniform ones summed, which ends at ±3.46 and is
/// otherwise within 0.01 of the normal distribution.
constexpr float counter_normal(std::uint32_t key, std::uint32_t counter) {
  const std::uint32_t a = counter_bits(key, 2 * counter), b = counter_bits(key, 2 * counter + 1);
  const auto sum = static_cast<std::int32_t>((a & 0xFFFF) + (a >> 16) + (b & 0xFFFF) + (b >> 16));
  constexpr float kMean = 2 * 65535.f, kInverseSd = 1 / 37837.2f;  // √(4 · 65536² / 12)
  return (static_cast<float>(sum) - kMean) * kInverseSd;
}

}  // namespace giemsa
