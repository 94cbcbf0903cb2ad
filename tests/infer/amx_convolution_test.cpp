#include "giemsa/infer/amx_convolution.h"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

#include "giemsa/core/random.h"
#include "giemsa/infer/processor.h"
#include "infer/random_network.h"

namespace giemsa {
namespace {

/// Memory as the steps of a network have it.
class AlignedFloats {
 public:
  explicit AlignedFloats(std::size_t count)
      : values_(static_cast<float*>(::operator new (count * sizeof(float) + 64, std::align_val_t{64}))) {}
  ~AlignedFloats() { ::operator delete (values_, std::align_val_t{64}); }
  AlignedFloats(const AlignedFloats&) = delete;
  AlignedFloats& operator=(const AlignedFloats&) = delete;
  float* data() const { return values_; }

 private:
  float* values_;
};

std::vector<float> random_floats(std::size_t count, double scale, std::uint64_t seed) {
  Random random({seed, fnv1a("amx")});
  std::vector<float> values(count);
  for (float& value : values) value = static_cast<float>(scale * (random.uniform() - 0.5));
  return values;
}

/// Of `pictures`, whose results hold the residual beforehand.
std::vector<float> run(const CompiledStep& step, const std::vector<float>& in, std::vector<float> out) {
  const AlignedFloats space(step.scratchpad_bytes / sizeof(float));
  std::vector<float> copy = in;
  step.bind({{copy.data()}, out.data(), reinterpret_cast<std::byte*>(space.data())})();
  return out;
}

struct Case {
  const char* name;
  Shape in;
  std::int64_t channels;
  Extent kernel, stride;
  Padding padding;
  std::optional<ActivationOp> activation = {};
  bool adds_residual = false;

  Shape out() const {
    const auto side = [](std::int64_t n, int before, int after, int window, int step) {
      return (n + before + after - window) / step + 1;
    };
    return {channels, side(in.height, padding.top, padding.bottom, kernel.height, stride.height),
            side(in.width, padding.left, padding.right, kernel.width, stride.width)};
  }
  ConvOp op() const { return {channels, kernel, stride, padding, 1, true}; }
  onednn::Fusion fusion() const { return {adds_residual, activation}; }
};

double activated(const std::optional<ActivationOp>& op, double x) {
  if (!op) return x;
  switch (op->kind) {
    case Activation::Relu:
      return std::max(x, 0.);
    case Activation::Relu6:
      return std::clamp(x, 0., 6.);
    case Activation::LeakyRelu:
      return x < 0 ? op->slope * x : x;
    case Activation::Gelu:
      return x / 2 * std::erfc(-x / std::sqrt(2.));
    case Activation::Silu:
      return x / (1 + std::exp(-x));
    case Activation::HardSwish:
      return x * std::clamp(x + 3, 0., 6.) / 6;
    case Activation::HardSigmoid:
    case Activation::Sigmoid:
      break;
  }
  ADD_FAILURE() << "no such activation in this test";
  return 0;
}

/// The formula of a convolution, in double precision.
std::vector<double> expected(const Case& c, const std::vector<float>& x, const std::vector<float>& weight,
                             const std::vector<float>& bias, const std::vector<float>& residual) {
  const Shape out = c.out();
  std::vector<double> result;
  for (std::int64_t y = 0; y < out.height; ++y) {
    for (std::int64_t at = 0; at < out.width; ++at) {
      for (std::int64_t o = 0; o < out.channels; ++o) {
        double sum = bias[static_cast<std::size_t>(o)];
        for (std::int64_t ky = 0; ky < c.kernel.height; ++ky) {
          for (std::int64_t kx = 0; kx < c.kernel.width; ++kx) {
            const std::int64_t from_y = y * c.stride.height - c.padding.top + ky;
            const std::int64_t from_x = at * c.stride.width - c.padding.left + kx;
            if (from_y < 0 || from_y >= c.in.height || from_x < 0 || from_x >= c.in.width) continue;
            const auto pixel = static_cast<std::size_t>((from_y * c.in.width + from_x) * c.in.channels);
            for (std::int64_t k = 0; k < c.in.channels; ++k) {
              const auto w = static_cast<std::size_t>(
                  ((o * c.in.channels + k) * c.kernel.height + ky) * c.kernel.width + kx);
              sum += double{x[pixel + static_cast<std::size_t>(k)]} * weight[w];
            }
          }
        }
        if (c.adds_residual) sum += residual[result.size()];
        result.push_back(activated(c.activation, sum));
      }
    }
  }
  return result;
}

const ActivationOp kRelu{Activation::Relu}, kRelu6{Activation::Relu6}, kLeaky{Activation::LeakyRelu, 0.1f},
    kGelu{Activation::Gelu}, kSilu{Activation::Silu}, kHardSwish{Activation::HardSwish};

const Case kCases[] = {
    {"OneBlock", {32, 4, 8}, 64, 1, 1, {}},
    {"RestsEverywhere", {27, 5, 7}, 77, 1, 1, {}, kRelu},
    {"NarrowLastColumns", {40, 6, 6}, 80, 1, 1, {}, kSilu},
    {"FewRows", {96, 3, 6}, 64, 1, 1, {}, kGelu, true},
    {"SeveralChunks", {64, 24, 24}, 48, 1, 1, {}, kRelu6, true},
    {"SeveralSections", {2048, 12, 12}, 48, 1, 1, {}, kHardSwish},
    {"SubsampledPixels", {48, 13, 9}, 64, 1, 2, {}},
    {"Pixels3x3", {32, 12, 12}, 64, 3, 1, Padding::all(1), kRelu, true},
    {"Pixels3x3OfManyChannels", {272, 33, 30}, 48, 3, 1, Padding::all(1)},
    {"PixelsPaddedAfter", {24, 14, 13}, 50, {2, 3}, 1, {0, 0, 1, 2}, kLeaky},
    {"PixelsTallWindow", {20, 9, 16}, 48, {5, 1}, 1, {2, 0, 2, 0}},
    {"Windows3x3", {56, 7, 5}, 64, 3, 1, Padding::all(1), kSilu},
    {"Windows3x3Stride2", {64, 17, 16}, 96, 3, 2, Padding::all(1), kRelu},
    {"Windows3x3OfSeveralSections", {256, 6, 6}, 64, 3, 1, Padding::all(1), kGelu, true},
    {"PatchesOf2x2", {96, 12, 12}, 64, 2, 2, {}},
    {"WindowsInThePaddingAlone", {16, 4, 4}, 48, 2, 2, Padding::all(3)},
};

class AmxConvolution : public ::testing::TestWithParam<Case> {};

TEST_P(AmxConvolution, ComputesWhatTheFormulaSays) {
  if (!has_amx()) GTEST_SKIP() << "this processor has no AMX";
  const Case& c = GetParam();
  const Shape out = c.out();
  const auto depth = static_cast<std::size_t>(c.in.channels * c.kernel.height * c.kernel.width);
  const auto channels = static_cast<std::size_t>(c.channels);
  const auto weight = random_floats(channels * depth, 4 / std::sqrt(static_cast<double>(depth)), 1);
  const auto bias = random_floats(channels, 1, 2);
  const auto step = amx_convolution(c.in, out, c.op(), weight, bias, c.fusion());
  ASSERT_TRUE(step);
  constexpr std::size_t kPictures = 3;
  const auto many = step->several(kPictures);
  const auto in_size = static_cast<std::size_t>(c.in.size()), out_size = static_cast<std::size_t>(out.size());
  const auto all_in = random_floats(kPictures * in_size, 4, 3),
             before = random_floats(kPictures * out_size, 2, 4);
  const auto all_out = run(many, all_in, before);
  for (std::size_t i = 0; i < kPictures; ++i) {
    const auto part = [&](const std::vector<float>& all, std::size_t size) {
      const auto from = all.begin() + static_cast<std::ptrdiff_t>(i * size);
      return std::vector<float>(from, from + static_cast<std::ptrdiff_t>(size));
    };
    const auto one = run(*step, part(all_in, in_size), part(before, out_size));
    EXPECT_EQ(one, part(all_out, out_size)) << "picture " << i << " among several";
    if (i > 0) continue;
    const auto formula = expected(c, part(all_in, in_size), weight, bias, part(before, out_size));
    EXPECT_LE(testing::relative_error(one, formula), 2e-6);
  }
}

INSTANTIATE_TEST_SUITE_P(Infer, AmxConvolution, ::testing::ValuesIn(kCases),
                         [](const auto& test) { return test.param.name; });

TEST(AmxConvolution, IsAsGoodAsFloatInstructions) {
  if (!has_amx()) GTEST_SKIP() << "this processor has no AMX";
  const Case c{"", {512, 6, 6}, 64, 3, 1, Padding::all(1)};
  const auto weight = random_floats(64 * 512 * 9, 0.1, 1), bias = random_floats(64, 1, 2);
  const auto in = random_floats(512 * 36, 4, 3);
  const std::vector<float> nothing(static_cast<std::size_t>(c.out().size()));
  const auto formula = expected(c, in, weight, bias, nothing);
  const onednn::OneThread one_thread;
  const auto error = [&](const CompiledStep& step) {
    const auto out = run(step, in, nothing);
    double sum = 0;
    for (std::size_t i = 0; i < out.size(); ++i) sum += std::pow(out[i] - formula[i], 2);
    return std::sqrt(sum / static_cast<double>(out.size()));
  };
  const auto own = amx_convolution(c.in, c.out(), c.op(), weight, bias, {});
  ASSERT_TRUE(own);
  const double amx = error(*own);
  const double floats = error(onednn::convolution(c.in, c.out(), c.op(), weight, bias, {}));
  RecordProperty("amx", std::to_string(amx));
  EXPECT_LE(amx, 1.5 * floats) << "of floats: " << floats;
}

TEST(AmxConvolution, WhatIsNotANumberStaysSo) {
  if (!has_amx()) GTEST_SKIP() << "this processor has no AMX";
  const std::vector<float> weight(64 * 32, 1.f), bias(64);
  std::vector<float> in(32 * 36, 1.f);
  in[0] = INFINITY;  // has no parts
  for (const auto& activation : {kRelu, kRelu6, kLeaky, kGelu, kSilu, kHardSwish}) {
    const Case c{"", {32, 6, 6}, 64, 1, 1, {}, activation};
    const auto step = amx_convolution(c.in, c.out(), c.op(), weight, bias, c.fusion());
    ASSERT_TRUE(step);
    const auto out = run(*step, in, std::vector<float>(64 * 36));
    EXPECT_TRUE(std::isnan(out[0])) << static_cast<int>(activation.kind);
    EXPECT_FALSE(std::isnan(out[64])) << "the next position";
  }
}

TEST(AmxConvolution, LeavesToOthersWhatGainsNothing) {
  const std::vector<float> weight(64 * 512 * 9), bias(64);
  const Shape map{64, 6, 6}, vector{64, 1, 1};
  const auto compiles = [&](const Shape& in, const Shape& out, const ConvOp& op,
                            const onednn::Fusion& fusion) {
    return amx_convolution(in, out, op, weight, bias, fusion).has_value();
  };
  const ConvOp pointwise{64, 1, 1, {}, 1, true};
  EXPECT_EQ(compiles(map, map, pointwise, {}), has_amx());
  EXPECT_FALSE(compiles(vector, vector, pointwise, {}));
  EXPECT_FALSE(compiles(map, map, {64, 3, 1, Padding::all(1), 64, true}, {})) << "depthwise";
  EXPECT_FALSE(compiles({3, 6, 6}, map, pointwise, {})) << "too few channels";
  EXPECT_FALSE(compiles(map, map, pointwise, {false, ActivationOp{Activation::Sigmoid}}));
}

}  // namespace
}  // namespace giemsa
