#include "giemsa/train/adamw.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <fstream>
#include <map>
#include <string>

#include "giemsa/graph/builder.h"

namespace giemsa {
namespace {

using ::testing::ElementsAre;
using ::testing::FloatEq;
using ::testing::FloatNear;
using ::testing::Pair;
using ::testing::Pointwise;

/// One line of tests/golden/data/adamw.txt.
struct GoldenLine {
  static constexpr int kCount = 6;
  double lr = 0;
  AdamWOptions options;
  std::int64_t step = 0;
  std::array<float, kCount> params{};

  friend std::istream& operator>>(std::istream& in, GoldenLine& line) {
    AdamWOptions& o = line.options;
    in >> line.lr >> o.beta1 >> o.beta2 >> o.epsilon >> o.weight_decay >> line.step;
    for (float& value : line.params) in >> value;
    return in;
  }
};

/// The gradient that tests/golden/make/adamw.py gives parameter i in step t.
float golden_gradient(int i, std::int64_t t) {
  return static_cast<float>(static_cast<double>((37 * i + 11 * t) % 17 - 8) / 16 * std::pow(10.0, i - 4));
}

TEST(AdamWUpdate, AgreesWithPyTorchOver100Steps) {
  std::ifstream file(GIEMSA_TEST_DATA "/adamw.txt");
  std::array<float, GoldenLine::kCount> param{}, gradient{}, first{}, second{};
  std::int64_t step = 0;
  int lines = 0;
  for (GoldenLine golden; file >> golden; ++lines) {
    if (golden.step <= step) step = 0;  // the next case begins
    if (step == 0) {
      for (int i = 0; i < GoldenLine::kCount; ++i) param[i] = (static_cast<float>(i) - 2.5f) / 4;
      first = second = {};
    }
    while (step < golden.step) {
      ++step;
      for (int i = 0; i < GoldenLine::kCount; ++i) gradient[i] = golden_gradient(i, step);
      adamw_update(param.data(), gradient.data(), first.data(), second.data(), param.size(), golden.options,
                   golden.lr, step);
    }
    EXPECT_THAT(param, Pointwise(FloatNear(1e-6f), golden.params)) << "line " << lines + 1;
  }
  EXPECT_EQ(lines, 20);
}

/// A convolution, a batch norm and a dense layer: a parameter of every kind but layer scale.
Graph small_graph() {
  GraphBuilder g({3, 4, 4});
  Value x = g.conv("conv", g.input(), 4, {.kernel = 3});
  x = g.batch_norm("norm", x);
  return g.finish(x, g.linear("fc", g.global_avg_pool("pool", x), 2), "fc");
}

/// Every parameter filled with ones; all but statistics ask for gradients.
TorchParams ones(const Graph& graph) {
  StateDict weights;
  for (const Param& param : graph.params) {
    weights[param.name] =
        HostTensor::make(param.shape, [](std::span<float> out) { std::fill(out.begin(), out.end(), 1.f); });
  }
  TorchParams params = to_torch(graph, weights);
  for (std::size_t i = 0; i < params.size(); ++i)
    params[i].requires_grad_(!is_statistic(graph.params[i].kind));
  return params;
}

TEST(AdamW, DecaysWeightsOnly) {
  const Graph graph = small_graph();
  TorchParams params = ones(graph);
  AdamW optimizer(graph, params, {.weight_decay = 0.5});
  for (torch::Tensor& param : params) {
    if (param.requires_grad()) param.mutable_grad() = torch::zeros_like(param);
  }
  optimizer.step(0.1);
  std::map<std::string, float> first_value;
  for (std::size_t i = 0; i < params.size(); ++i) {
    first_value[graph.params[i].name] = params[i].data_ptr<float>()[0];
  }
  EXPECT_THAT(first_value, ElementsAre(Pair("conv.weight", FloatEq(0.95f)), Pair("fc.bias", 1.f),
                                       Pair("fc.weight", FloatEq(0.95f)), Pair("norm.bias", 1.f),
                                       Pair("norm.running_mean", 1.f), Pair("norm.running_var", 1.f),
                                       Pair("norm.weight", 1.f)));
}

TEST(AdamW, TakesGradientsInAnyMemoryOrderAndClearsThem) {
  const Graph graph = small_graph();
  TorchParams params = ones(graph);
  AdamW optimizer(graph, params, {.weight_decay = 0});
  torch::Tensor& kernel = params[0];
  ASSERT_TRUE(kernel.is_contiguous(at::MemoryFormat::ChannelsLast));
  // The sign of each gradient is the direction of Adam's first step.
  const torch::Tensor signs =
      torch::where(torch::arange(kernel.numel()).remainder(5) < 2, 1.f, -1.f).view_as(kernel);
  ASSERT_TRUE(signs.is_contiguous());
  kernel.mutable_grad() = signs.clone();
  optimizer.step(0.25);
  EXPECT_TRUE(torch::allclose(kernel.detach(), 1 - 0.25 * signs));
  EXPECT_FALSE(kernel.grad().defined());
}

TEST(AdamW, LeavesWhatHasNoGradientAlone) {
  const Graph graph = small_graph();
  TorchParams params = ones(graph);
  params[0].requires_grad_(false);
  AdamW optimizer(graph, params, {});
  EXPECT_FALSE(optimizer.first()[0].defined());
  params.back().mutable_grad() = torch::ones_like(params.back());
  optimizer.step(0.1);
  for (std::size_t i = 0; i + 1 < params.size(); ++i) {
    EXPECT_TRUE(torch::equal(params[i].detach(), torch::ones_like(params[i]))) << graph.params[i].name;
  }
  EXPECT_LT(params.back().max().item<float>(), 0.95f);
}

TEST(AdamW, GoesOnFromItsMomentsAndStepCount) {
  const Graph graph = small_graph();
  const auto steps = [&](AdamW& optimizer, TorchParams& params, int from, int to) {
    for (int step = from; step < to; ++step) {
      for (torch::Tensor& param : params) {
        if (param.requires_grad()) param.mutable_grad() = torch::full_like(param, std::sin(step));
      }
      optimizer.step(0.01);
    }
  };
  TorchParams straight = ones(graph), stopped = ones(graph);
  AdamW whole(graph, straight, {}), before(graph, stopped, {});
  steps(whole, straight, 0, 8);
  steps(before, stopped, 0, 5);
  AdamW after(graph, stopped, {});
  copy_named(graph, to_state_dict(graph, before.first()), after.first());
  copy_named(graph, to_state_dict(graph, before.second()), after.second());
  after.set_steps(before.steps());
  steps(after, stopped, 5, 8);
  EXPECT_EQ(after.steps(), 8);
  for (std::size_t i = 0; i < straight.size(); ++i) {
    EXPECT_TRUE(torch::equal(straight[i], stopped[i])) << graph.params[i].name;
  }
}

TEST(WeightAverage, FollowsAllParametersByTheShareThatDecayLeaves) {
  const Graph graph = small_graph();
  TorchParams params = ones(graph);
  WeightAverage average(params);
  const auto change = [&](float value, double decay) {
    const torch::NoGradGuard no_grad;
    for (torch::Tensor& param : params) param.fill_(value);
    average.update(params, decay);
  };
  change(5, 0.75);  // 1 + 0.25 · (5 - 1)
  change(0, 0.5);
  change(9, 1);
  ASSERT_EQ(average.values().size(), params.size());
  for (std::size_t i = 0; i < params.size(); ++i) {
    EXPECT_TRUE(torch::equal(average.values()[i], torch::ones_like(params[i]))) << graph.params[i].name;
    EXPECT_EQ(average.values()[i].strides(), params[i].strides()) << graph.params[i].name;
  }
}

}  // namespace
}  // namespace giemsa
