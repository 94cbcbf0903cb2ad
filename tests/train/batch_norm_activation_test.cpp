// batch_norm_activation against LibTorch's own batch_norm and hardtanh in double precision.

#include "giemsa/train/batch_norm_activation.h"

#include <ATen/Parallel.h>
#include <gtest/gtest.h>

#include <barrier>
#include <cmath>
#include <thread>

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

/// The sums of two threads that stand for two processes.
class TwoPeers {
 public:
  SumOverPeers sum_of(int peer) {
    return [this, peer](std::span<double> values) {
      given_[peer].assign(values.begin(), values.end());
      meeting_.arrive_and_wait();
      for (std::size_t i = 0; i < values.size(); ++i) values[i] = given_[0][i] + given_[1][i];
      meeting_.arrive_and_wait();
    };
  }

 private:
  std::vector<double> given_[2];
  std::barrier<> meeting_{2};
};

TEST(BatchNormActivation, OverPeersIsThatOfTheWholeBatch) {
  const Case c{"", {8, 20, 6, 5}, {0, 6}, 2};
  const Tensor x = make_input(c),
               direction = torch::randn(c.shape).contiguous(at::MemoryFormat::ChannelsLast);
  struct Result {
    Tensor y, mean, variance, dx, d_weight, d_bias;
  };
  const auto run = [&](const Tensor& input, const Tensor& along, const SumOverPeers* over_peers) {
    const Tensor part = input.clone(at::MemoryFormat::ChannelsLast).requires_grad_();
    const Tensor weight = torch::linspace(0.5, 1.5, 20).requires_grad_();
    const Tensor bias = torch::linspace(-1, 2, 20).requires_grad_();
    const Tensor mean = torch::zeros(20), variance = torch::ones(20);
    const Tensor y =
        batch_norm_activation(part, weight, bias, mean, variance, kMomentum, kEpsilon, c.clamp, over_peers);
    (y * along).sum().backward();
    return Result{y.detach(), mean, variance, part.grad(), weight.grad(), bias.grad()};
  };
  const Result whole = run(x, direction, nullptr);

  const std::int64_t cuts[] = {0, 3, 8};  // peers may have unequal shares
  TwoPeers peers;
  const SumOverPeers sums[] = {peers.sum_of(0), peers.sum_of(1)};
  Result parts[2];
  std::thread threads[2];
  for (int i = 0; i < 2; ++i) {
    threads[i] = std::thread([&, i] {
      const auto part = [&](const Tensor& t) { return t.slice(0, cuts[i], cuts[i + 1]); };
      parts[i] = run(part(x), part(direction), &sums[i]);
    });
  }
  for (std::thread& thread : threads) thread.join();

  for (const Result& part : parts) {
    EXPECT_LT(largest_difference(part.mean, whole.mean), 1e-6);
    EXPECT_LT(largest_difference(part.variance, whole.variance), 1e-6);
  }
  EXPECT_LT(largest_difference(at::cat({parts[0].y, parts[1].y}), whole.y), 5e-6);
  EXPECT_LT(largest_difference(at::cat({parts[0].dx, parts[1].dx}), whole.dx), 5e-6);
  EXPECT_LT(largest_difference(parts[0].d_weight + parts[1].d_weight, whole.d_weight), 5e-5);
  EXPECT_LT(largest_difference(parts[0].d_bias + parts[1].d_bias, whole.d_bias), 5e-5);
}

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
