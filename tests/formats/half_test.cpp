#include "giemsa/formats/half.h"

#include <gtest/gtest.h>

#include <cmath>

namespace giemsa {
namespace {

TEST(Half, HasItsValue) {
  // IEEE 754-2019, binary16: smallest and largest of each class.
  const struct {
    std::uint16_t half;
    float value;
  } kCases[] = {
      {0x0000, 0},          {0x0001, 0x1p-24f}, {0x03FF, 0x3FFp-24f}, {0x0400, 0x1p-14f},
      {0x3555, 0x555p-12f}, {0x3C00, 1},        {0xC000, -2},         {0x7BFF, 65504},
      {0xFBFF, -65504},     {0x7C00, INFINITY}, {0xFC00, -INFINITY},  {0x8001, -0x1p-24f},
  };
  for (const auto& [half, value] : kCases) EXPECT_EQ(float_from_half(half), value) << std::hex << half;
  EXPECT_TRUE(std::signbit(float_from_half(0x8000)));
  EXPECT_TRUE(std::isnan(float_from_half(0x7E00)));
  EXPECT_TRUE(std::isnan(float_from_half(0xFC01)));
}

TEST(Half, EveryValueAgreesWithTheDefinition) {
  for (unsigned half = 0; half < 0x10000; ++half) {
    const unsigned exponent = half >> 10 & 31, fraction = half & 0x3FF;
    if (exponent == 31) continue;
    const double magnitude = exponent == 0 ? std::ldexp(fraction, -24)
                                           : std::ldexp(1024 + fraction, static_cast<int>(exponent) - 25);
    EXPECT_EQ(float_from_half(static_cast<std::uint16_t>(half)), half & 0x8000 ? -magnitude : magnitude)
        << half;
  }
}

TEST(BFloat16, IsTheUpperHalfOfAFloat) {
  EXPECT_EQ(float_from_bfloat16(0x3FC0), 1.5f);
  EXPECT_EQ(float_from_bfloat16(0xC040), -3.f);
  EXPECT_EQ(float_from_bfloat16(0x0001), 0x1p-133f);
  EXPECT_EQ(float_from_bfloat16(0xFF80), -INFINITY);
  EXPECT_TRUE(std::isnan(float_from_bfloat16(0x7FC0)));
}

}  // namespace
}  // namespace giemsa
