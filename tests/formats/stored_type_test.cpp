#include "giemsa/formats/stored_type.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <cstring>
#include <limits>

namespace giemsa {
namespace {

TEST(StoredType, DoublesAreRoundedAsIeeeDoes) {
  constexpr float kMax = std::numeric_limits<float>::max(),
                  kInfinity = std::numeric_limits<float>::infinity();
  const std::pair<double, float> kCases[] = {
      {0.1, 0.1f},
      {-0.0, -0.f},
      {0x1p-149, 0x1p-149f},
      {0x1p-150, 0},  // half a step: to the even one
      {0x1.fffffep127, kMax},
      {0x1.fffffe8p127, kMax},  // less than half a step beyond
      {0x1.fffffefffffffp127, kMax},
      {0x1.ffffffp127, kInfinity},  // half a step beyond
      {-0x1.ffffffp127, -kInfinity},
      {1e39, kInfinity},
      {-1e300, -kInfinity},
      {std::numeric_limits<double>::infinity(), kInfinity},
      {-std::numeric_limits<double>::infinity(), -kInfinity},
  };
  const auto convert = [](double value) {
    std::uint8_t bytes[sizeof value];
    std::memcpy(bytes, &value, sizeof value);
    float out = 7;
    to_fp32(StoredType::F64, bytes, {&out, 1});
    return out;
  };
  for (const auto& [value, rounded] : kCases) {
    EXPECT_EQ(convert(value), rounded) << value;
    EXPECT_EQ(std::signbit(convert(value)), std::signbit(rounded)) << value;
  }
  EXPECT_TRUE(std::isnan(convert(std::nan(""))));
}

}  // namespace
}  // namespace giemsa
