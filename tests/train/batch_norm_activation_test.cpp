// batch_norm_activation against LibTorch's own batch_norm and hardtanh in double precision.

#include "giemsa/train/batch_norm_activation.h"

#include <ATen/Parallel.h>
#include <gtest/gtest.h>

#include <cmath>

namespace giemsa {
namespace {

using torch::Tensor;

constexpr double kMomentum = 0.1, kEpsilon = 1e-3;

struct Case {
  const char* name;
  std::vector<std::int64_t> shape;  // N, C, H, W
  Clamp clamp;
  double mean;  // of the input: far from zero, a naive sum of squares would cancel
};

void PrintTo(const Case& c, std::ostream* out) { *out << c.name; }

class BatchNormActivation : public ::testing::TestWithParam<Case> {};

/// A map in channels-last order with its own mean and spread in every channel.
Tensor make_input(const Case& c) {
  torch::manual_seed(3);
  const std::int64_t channels = c.shape[1];
  const Tensor spread = torch::linspace(0.5, 2, channels).view({1, -1, 1, 1});
  return (torch::randn(c.shape) * spread + c.mean).contiguous(at::MemoryFormat::ChannelsLast);
}

double largest_difference(const Tensor& a, const Tensor& b) { return (a - b).abs().max().item<double>(); }

TEST_P(BatchNormActivation, AgreesWithLibTorchInDoublePrecision) {
  const Case& c = GetParam();
  const std::int64_t channels = c.shape[1];
  const Tensor x = make_input(c).requires_grad_();
  const Tensor weight = torch::linspace(0.5, 1.5, channels).requires_grad_();
  const Tensor bias = torch::linspace(-1, 2, channels).requires_grad_();
  const Tensor mean = torch::zeros(channels), variance = torch::ones(channels);
  const Tensor direction = torch::randn(c.shape).contiguous(at::MemoryFormat::ChannelsLast);

  ASSERT_TRUE(suits_batch_norm_activation(x));
  const Tensor y = batch_norm_activation(x, weight, bias, mean, variance, kMomentum, kEpsilon, c.clamp);
  (y * direction).sum().backward();

  const auto wide = [](const Tensor& t) { return t.detach().to(torch::kFloat64).requires_grad_(); };
  const Tensor x64 = wide(x), weight64 = wide(weight), bias64 = wide(bias);
  const Tensor mean64 = torch::zeros(channels, torch::kFloat64),
               variance64 = torch::ones(channels, torch::kFloat64);
  Tensor y64 = at::batch_norm(x64, weight64, bias64, mean64, variance64, true, kMomentum, kEpsilon, false);
  y64 = at::hardtanh(y64, c.clamp.low, c.clamp.high);
  (y64 * direction).sum().backward();

  // x itself is rounded to 6e-8 of its size, and so is what becomes of it.
  EXPECT_LT(largest_difference(y, y64), 2e-5 + 2e-7 * std::abs(c.mean));
  EXPECT_LT(largest_difference(mean, mean64), 1e-5);
  EXPECT_LT(largest_difference(variance, variance64), 1e-5);
  const double scale = x64.grad().abs().max().item<double>();
  // Where a value lies on the very edge of the clamp, single and double precision may disagree which side it
  // is on.
  const Tensor far = ((x.grad() - x64.grad()).abs() > 1e-4 * scale).sum();
  EXPECT_LE(far.item<std::int64_t>(), x.numel() / 100'000);
  EXPECT_LT(largest_difference(weight.grad(), weight64.grad()) / weight64.grad().abs().max().item<double>(),
            1e-4);
  EXPECT_LT(largest_difference(bias.grad(), bias64.grad()) / bias64.grad().abs().max().item<double>(), 1e-4);
}

INSTANTIATE_TEST_SUITE_P(Cases, BatchNormActivation,
                         ::testing::Values(Case{"relu6", {8, 32, 24, 24}, {0, 6}, 0},
                                           Case{"relu", {4, 17, 9, 7}, {.low = 0}, 0.5},
                                           Case{"no_activation", {3, 24, 5, 5}, {}, -1},
                                           Case{"far_from_zero", {8, 16, 12, 12}, {0, 6}, 300},
                                           Case{"two_rows", {2, 1280, 1, 1}, {0, 6}, 0},
                                           Case{"wide", {16, 960, 3, 3}, {0, 6}, 0}),
                         [](const auto& test) { return test.param.name; });

TEST(BatchNormActivation, DoesNotDependOnThreads) {
  const Case c{"", {8, 96, 24, 24}, {0, 6}, 0};
  const auto run = [&](int threads) {
    at::set_num_threads(threads);
    const Tensor x = make_input(c).requires_grad_();
    const Tensor weight = torch::ones(96).requires_grad_(), bias = torch::zeros(96).requires_grad_();
    const Tensor y = batch_norm_activation(x, weight, bias, torch::zeros(96), torch::ones(96), kMomentum,
                                           kEpsilon, c.clamp);
    y.square().sum().backward();
    return std::vector<Tensor>{y, x.grad(), weight.grad(), bias.grad()};
  };
  const auto one = run(1), three = run(3);
  for (std::size_t i = 0; i < one.size(); ++i) EXPECT_TRUE(torch::equal(one[i], three[i])) << i;
}

}  // namespace
}  // namespace giemsa
