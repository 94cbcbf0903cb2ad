#pragma once
#include <bit>
#include <cstdint>

namespace giemsa {

/// The value of an IEEE 754 binary16 (1 sign, 5 exponent, 10 fraction bits); exact, NaNs keep their payload.
constexpr float float_from_half(std::uint16_t half) {
  const std::uint32_t sign = static_cast<std::uint32_t>(half & 0x8000u) << 16;
  const std::uint32_t rest = half & 0x7FFFu;
  if (rest >= 0x7C00u) return std::bit_cast<float>(sign | 0x7F800000u | (rest & 0x3FFu) << 13);
  if (rest >= 0x0400u) return std::bit_cast<float>(sign | (rest + ((127u - 15u) << 10)) << 13);
  const float magnitude = static_cast<float>(rest) * 0x1p-24f;  // zero and subnormals
  return std::bit_cast<float>(sign | std::bit_cast<std::uint32_t>(magnitude));
}

/// The value of a bfloat16: the upper half of a float.
constexpr float float_from_bfloat16(std::uint16_t bfloat) {
  return std::bit_cast<float>(static_cast<std::uint32_t>(bfloat) << 16);
}

}  // namespace giemsa
