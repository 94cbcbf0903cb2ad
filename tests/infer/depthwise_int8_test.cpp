#include "giemsa/infer/depthwise_int8.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "giemsa/core/random.h"
#include "giemsa/infer/integer_weights.h"
#include "giemsa/infer/processor.h"

namespace giemsa {
namespace {

struct Case {
  std::int64_t channels, height, width, stride;
  Padding padding;
  std::optional<ActivationOp> activation;
  StorageType result;
};

std::int64_t result_side(std::int64_t in, std::int64_t before, std::int64_t after, std::int64_t stride) {
  return (in + before + after - 3) / stride + 1;
}

/// The integer that real arithmetic gives, unrounded.
double expected_at(const Case& c, const std::vector<std::uint8_t>& x, const IntegerWeights& weights,
                   const std::vector<float>& bias, const Storage& source, const Storage& result,
                   std::int64_t oy, std::int64_t ox, std::int64_t channel) {
  double sum = 0;
  for (std::int64_t ky = 0; ky < 3; ++ky) {
    for (std::int64_t kx = 0; kx < 3; ++kx) {
      const std::int64_t y = oy * c.stride - c.padding.top + ky, at = ox * c.stride - c.padding.left + kx;
      if (y < 0 || y >= c.height || at < 0 || at >= c.width) continue;
      sum += x[static_cast<std::size_t>((y * c.width + at) * c.channels + channel)] *
             weights.values[static_cast<std::size_t>(channel * 9 + ky * 3 + kx)];
    }
  }
  const auto k = static_cast<std::size_t>(channel);
  const double real = sum * source.scale * weights.scale[k] + bias[k];
  const double most = c.activation && c.activation->kind == Activation::Relu6 ? 6 : 1e9;
  const double cut = c.activation ? std::clamp(real, 0., most) : real;
  return result.type == StorageType::Signed8 ? std::clamp(cut / result.scale, -128., 127.)
                                             : std::clamp(cut / result.scale, 0., 255.);
}

TEST(DepthwiseInt8, ComputesWhatTheFormulaSays) {
  if (!has_vnni()) GTEST_SKIP() << "this processor has no AVX-512 VNNI";
  const ActivationOp relu{Activation::Relu}, relu6{Activation::Relu6};
  using enum StorageType;
  const std::vector<Case> cases{
      {64, 5, 7, 1, {1, 1, 1, 1}, relu6, Unsigned8}, {32, 6, 6, 1, {1, 1, 1, 1}, relu, Unsigned8},
      {96, 8, 8, 2, {1, 1, 1, 1}, relu6, Unsigned8}, {144, 7, 9, 2, {0, 0, 1, 1}, relu6, Unsigned8},
      {16, 3, 3, 1, {1, 1, 1, 1}, {}, Signed8},      {70, 4, 1, 1, {1, 1, 1, 1}, relu, Unsigned8},
      {2, 9, 9, 3, {1, 1, 1, 1}, relu, Unsigned8},   {200, 10, 10, 1, {0, 0, 0, 0}, {}, Signed8},
  };
  for (const Case& c : cases) {
    Random random({static_cast<std::uint64_t>(c.channels), fnv1a("depthwise")});
    const Shape in{c.channels, c.height, c.width};
    const Shape out{c.channels, result_side(c.height, c.padding.top, c.padding.bottom, c.stride),
                    result_side(c.width, c.padding.left, c.padding.right, c.stride)};
    const ConvOp op{c.channels, {3, 3},     {static_cast<int>(c.stride), static_cast<int>(c.stride)},
                    c.padding,  c.channels, true};
    std::vector<float> weight(static_cast<std::size_t>(c.channels) * 9),
        bias(static_cast<std::size_t>(c.channels));
    for (float& w : weight) w = static_cast<float>(random.uniform() - 0.5);
    for (float& b : bias) b = static_cast<float>(random.uniform() - 0.5);
    std::vector<std::uint8_t> x(static_cast<std::size_t>(in.size())),
        got(static_cast<std::size_t>(out.size()));
    for (std::uint8_t& value : x) value = static_cast<std::uint8_t>(random.below(256));
    const Storage source{Unsigned8, 0.02f}, result{c.result, c.result == Signed8 ? 0.05f : 0.03f};

    const auto step = depthwise_int8(in, out, op, weight, bias, c.activation, source, result);
    ASSERT_TRUE(step);
    step->bind({{reinterpret_cast<float*>(x.data())}, reinterpret_cast<float*>(got.data()), nullptr})();

    const IntegerWeights integers = integer_weights(weight, static_cast<std::size_t>(c.channels), 127);
    std::size_t at = 0;
    for (std::int64_t oy = 0; oy < out.height; ++oy) {
      for (std::int64_t ox = 0; ox < out.width; ++ox) {
        for (std::int64_t k = 0; k < c.channels; ++k, ++at) {
          const double value = c.result == Signed8 ? static_cast<std::int8_t>(got[at]) : got[at];
          ASSERT_NEAR(value, expected_at(c, x, integers, bias, source, result, oy, ox, k), 0.501)
              << c.channels << " channels, position " << oy << ", " << ox << ", channel " << k;
        }
      }
    }
  }
}

TEST(DepthwiseInt8, LeavesWhatItDoesNotKnow) {
  const Shape shape{16, 6, 6};
  const std::vector<float> weight(16 * 25, 0.1f), bias(16, 0.f);
  const Storage bytes{StorageType::Unsigned8, 0.1f}, floats;
  const ConvOp three{16, {3, 3}, {1, 1}, {1, 1, 1, 1}, 16, true},
      five{16, {5, 5}, {1, 1}, {2, 2, 2, 2}, 16, true};
  const auto known = [&](const ConvOp& op, std::optional<ActivationOp> activation, const Storage& source,
                         const Storage& result) {
    return depthwise_int8(shape, shape, op, weight, bias, activation, source, result).has_value();
  };
  const ActivationOp relu{Activation::Relu}, silu{Activation::Silu};
  EXPECT_FALSE(known(five, relu, bytes, bytes));
  EXPECT_FALSE(known(three, silu, bytes, bytes));
  EXPECT_FALSE(known(three, relu, floats, bytes));
  EXPECT_FALSE(known(three, relu, bytes, floats));
  EXPECT_FALSE(known(three, relu, {StorageType::Signed8, 0.1f}, bytes));
}

}  // namespace
}  // namespace giemsa
