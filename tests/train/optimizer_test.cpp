#include "giemsa/train/optimizer.h"

#include <ATen/Parallel.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <map>

#include "giemsa/core/error.h"
#include "giemsa/models/registry.h"
#include "giemsa/train/optimizer_update.h"
#include "train/optimizer_network.h"

namespace giemsa {
namespace {

using ::testing::ElementsAre;
using ::testing::FloatEq;
using ::testing::Pair;

const auto kOnes = [](std::size_t, std::size_t) { return 1.0; };
const auto kWaves = [](std::size_t p, std::size_t i) {
  return std::sin(static_cast<double>(3 * p) + 0.7 * static_cast<double>(i));
};

OptimizerOptions of_kind(const std::string& kind) {
  OptimizerOptions options;
  options.kind = kind;
  return options;
}

std::map<std::string, float> first_values(const Graph& graph, const TorchParams& params) {
  std::map<std::string, float> values;
  for (std::size_t i = 0; i < params.size(); ++i)
    values[graph.params[i].name] = params[i].data_ptr<float>()[0];
  return values;
}

void expect_same_bits(const Graph& graph, const TorchParams& a, const TorchParams& b) {
  ASSERT_EQ(a.size(), b.size());
  for (std::size_t i = 0; i < a.size(); ++i) EXPECT_TRUE(torch::equal(a[i], b[i])) << graph.params[i].name;
}

class EveryOptimizer : public ::testing::TestWithParam<const char*> {};
INSTANTIATE_TEST_SUITE_P(, EveryOptimizer, ::testing::Values("sgd", "adam", "adamw", "lion"),
                         [](const auto& test) { return std::string(test.param); });

TEST_P(EveryOptimizer, DecaysAndPenalisesKernelsOnly) {
  const Graph graph = optimizer_graph();
  for (const auto set :
       {+[](OptimizerOptions& o) { o.weight_decay = 0.5; }, +[](OptimizerOptions& o) { o.l1 = 0.5; },
        +[](OptimizerOptions& o) { o.l2 = 0.5; }}) {
    OptimizerOptions options = of_kind(GetParam());
    options.weight_decay = 0;
    set(options);
    TorchParams params = filled_params(graph, kOnes);
    Optimizer optimizer(graph, params, options);
    set_gradients(params, [](std::size_t, std::size_t) { return 0.0; });
    optimizer.step(0.1);
    for (const auto& [name, value] : first_values(graph, params)) {
      if (name == "conv.weight" || name == "fc.weight") {
        EXPECT_LT(value, 0.96f) << name;
      } else {
        EXPECT_EQ(value, 1.f) << name;
      }
    }
  }
}

TEST_P(EveryOptimizer, TakesGradientsInAnyMemoryOrderAndClearsThem) {
  const Graph graph = optimizer_graph();
  TorchParams a = filled_params(graph, kWaves), b = filled_params(graph, kWaves);
  ASSERT_TRUE(a[0].is_contiguous(at::MemoryFormat::ChannelsLast));
  Optimizer of_a(graph, a, of_kind(GetParam())), of_b(graph, b, of_kind(GetParam()));
  set_gradients(a, kWaves);
  set_gradients(b, kWaves);
  ASSERT_TRUE(a[0].grad().is_contiguous());
  b[0].mutable_grad() = b[0].grad().contiguous(at::MemoryFormat::ChannelsLast);
  of_a.step(0.1);
  of_b.step(0.1);
  expect_same_bits(graph, a, b);
  EXPECT_FALSE(torch::equal(a[0], filled_params(graph, kWaves)[0]));
  for (const torch::Tensor& param : a) EXPECT_FALSE(param.grad().defined());
}

TEST_P(EveryOptimizer, LeavesWhatHasNoGradientAlone) {
  const Graph graph = optimizer_graph();
  TorchParams params = filled_params(graph, kOnes);
  params[0].requires_grad_(false);
  Optimizer optimizer(graph, params, of_kind(GetParam()));
  for (const Optimizer::State& state : optimizer.state()) {
    EXPECT_FALSE(state.tensors[0].defined()) << state.name;
    EXPECT_TRUE(state.tensors.back().defined()) << state.name;
  }
  params.back().mutable_grad() = torch::ones_like(params.back());
  optimizer.step(0.1);
  for (std::size_t i = 0; i + 1 < params.size(); ++i) {
    EXPECT_TRUE(torch::equal(params[i].detach(), torch::ones_like(params[i]))) << graph.params[i].name;
  }
  EXPECT_LT(params.back().max().item<float>(), 0.95f);
}

TEST_P(EveryOptimizer, GoesOnFromItsStateAndStepCount) {
  const Graph graph = optimizer_graph();
  OptimizerOptions options = of_kind(GetParam());
  options.clip_norm = 0.5;
  const auto steps = [&](Optimizer& optimizer, TorchParams& params, int from, int to) {
    for (int step = from; step < to; ++step) {
      set_gradients(params, [&](std::size_t p, std::size_t i) { return kWaves(p + step, i); });
      optimizer.step(0.01);
    }
  };
  TorchParams straight = filled_params(graph, kOnes), stopped = filled_params(graph, kOnes);
  Optimizer whole(graph, straight, options), before(graph, stopped, options);
  steps(whole, straight, 0, 8);
  steps(before, stopped, 0, 5);
  Optimizer after(graph, stopped, options);
  for (std::size_t k = 0; k < after.state().size(); ++k) {
    EXPECT_EQ(after.state()[k].name, before.state()[k].name);
    copy_named(graph, to_state_dict(graph, before.state()[k].tensors), after.state()[k].tensors);
  }
  after.set_steps(before.steps());
  steps(after, stopped, 5, 8);
  EXPECT_EQ(after.steps(), 8);
  expect_same_bits(graph, straight, stopped);
}

/// MobileNetV2 has tensors of 16 to 400 thousand values.
TEST_P(EveryOptimizer, HasTheSameBitsForAnyNumberOfThreadsAndWithTheAverageInThePass) {
  ModelOptions model;
  model.classes = 8;
  const Graph graph = build_model("mobilenet_v2", model);
  OptimizerOptions options = of_kind(GetParam());
  options.clip_norm = 1;
  options.l1 = 1e-5;
  const int threads_before = at::get_num_threads();
  std::vector<TorchParams> results, averages;
  for (const int threads : {1, 2, 3}) {
    at::set_num_threads(threads);
    TorchParams params = filled_params(graph, kWaves);
    Optimizer optimizer(graph, params, options);
    WeightAverage average(params);
    for (int step = 0; step < 2; ++step) {
      set_gradients(params, kWaves);
      const bool within = threads > 1;
      optimizer.step({.learning_rate = 1e-3, .average = within ? &average : nullptr, .average_decay = 0.9});
      if (!within) average.update(params, 0.9);
    }
    results.push_back(std::move(params));
    averages.push_back(average.values());
  }
  at::set_num_threads(threads_before);
  for (const std::size_t other : {1, 2}) {
    expect_same_bits(graph, results[0], results[other]);
    expect_same_bits(graph, averages[0], averages[other]);
  }
}

TEST_P(EveryOptimizer, AveragesTheGradientsOfSeveralBatches) {
  const Graph graph = optimizer_graph();
  OptimizerOptions options = of_kind(GetParam());
  options.clip_norm = 0.5;
  options.l2 = 0.01;
  TorchParams once = filled_params(graph, kOnes), summed = filled_params(graph, kOnes);
  Optimizer of_once(graph, once, options), of_summed(graph, summed, options);
  set_gradients(once, kWaves);
  of_once.step(0.1);
  set_gradients(summed, [](std::size_t p, std::size_t i) { return 4 * kWaves(p, i); });
  of_summed.step({.learning_rate = 0.1, .gradient_scale = 0.25});
  expect_same_bits(graph, once, summed);
}

/// The way of parameters on other devices, here with tensors in host memory.
TEST_P(EveryOptimizer, ComputesTheSameByLibTorchsOperations) {
  for (const double momentum : {0.0, 0.9}) {
    for (const bool nesterov : {false, true}) {
      const UpdateRule::Kind kind =
          std::map<std::string, UpdateRule::Kind>{{"sgd", UpdateRule::Kind::Sgd},
                                                  {"adam", UpdateRule::Kind::Adam},
                                                  {"adamw", UpdateRule::Kind::AdamW},
                                                  {"lion", UpdateRule::Kind::Lion}}[GetParam()];
      std::vector<ParameterUpdate> host, other;
      for (int p = 0; p < 3; ++p) {
        for (std::vector<ParameterUpdate>* updates : {&host, &other}) {
          const torch::Tensor numbers = torch::arange(5000 + p, torch::kFloat32);
          ParameterUpdate& u = updates->emplace_back();
          u.param = numbers.mul(0.7).sin();
          if (p > 0) u.gradient = numbers.mul(0.3 * p).cos();
          u.state[0] = numbers.mul(0.2).sin().mul(0.1);
          u.state[1] = numbers.mul(0.1).sin().square();
          if (kind == UpdateRule::Kind::Sgd && momentum == 0) u.state[0] = torch::Tensor();
          if (p < 2) u.average = numbers.mul(0.7).cos();
          u.learning_rate = 0.01 * (p + 1);
          u.weight_decay = 0.1 * p;
          u.l1 = 0.01 * p;
          u.l2 = 0.02;
        }
      }
      const UpdateRule rule{.kind = kind,
                            .momentum = momentum,
                            .nesterov = nesterov,
                            .betas = {0.9, 0.99},
                            .epsilon = 1e-8,
                            .step = 3,
                            .gradient_scale = 0.5,
                            .clip_norm = 2,
                            .average_decay = 0.8};
      update_on_host(host, rule);
      update_by_operations(other, rule);
      for (std::size_t p = 0; p < host.size(); ++p) {
        EXPECT_TRUE(torch::allclose(host[p].param, other[p].param, 1e-5, 1e-6)) << p;
        for (const std::size_t k : {0, 1}) {
          if (!host[p].state[k].defined()) continue;
          EXPECT_TRUE(torch::allclose(host[p].state[k], other[p].state[k], 1e-5, 1e-6)) << p << ", " << k;
        }
        if (!host[p].average.defined()) continue;
        EXPECT_TRUE(torch::allclose(host[p].average, other[p].average, 1e-5, 1e-6)) << p;
      }
    }
  }
}

TEST(Optimizer, HasTheRateOfEachBlock) {
  const Graph graph = optimizer_graph();
  OptimizerOptions options = of_kind("sgd");
  options.momentum = options.weight_decay = 0;
  options.layer_decay = 0.25;
  TorchParams params = filled_params(graph, kOnes);
  Optimizer optimizer(graph, params, options);
  set_gradients(params, kOnes);
  optimizer.step(0.5);
  EXPECT_THAT(
      first_values(graph, params),
      ElementsAre(Pair("conv.weight", FloatEq(0.875f)), Pair("fc.bias", 0.5f), Pair("fc.weight", 0.5f),
                  Pair("norm.bias", FloatEq(0.875f)), Pair("norm.running_mean", 1.f),
                  Pair("norm.running_var", 1.f), Pair("norm.weight", FloatEq(0.875f))));
}

/// The penalty that a head's own layer asks for: Σ l2 w² in the loss.
TEST(Optimizer, AddsThePenaltyOfAParameterItself) {
  Graph graph = optimizer_graph();
  graph.params[0].l2 = 0.25f;
  OptimizerOptions options = of_kind("sgd");
  options.momentum = options.weight_decay = 0;
  TorchParams params = filled_params(graph, kOnes);
  Optimizer optimizer(graph, params, options);
  EXPECT_TRUE(optimizer.state().empty());
  set_gradients(params, [](std::size_t, std::size_t) { return 0.0; });
  optimizer.step(0.5);
  EXPECT_EQ(first_values(graph, params).at("conv.weight"), 0.75f);
  EXPECT_EQ(first_values(graph, params).at("fc.weight"), 1.f);
}

TEST(OptimizerOptions, HaveTheBetasOfTheirKind) {
  const struct {
    const char* kind;
    double beta1, beta2, expected1, expected2;
  } cases[] = {{"adam", 0, 0, 0.9, 0.999},
               {"adamw", 0, 0, 0.9, 0.999},
               {"lion", 0, 0, 0.9, 0.99},
               {"lion", 0.8, 0, 0.8, 0.99},
               {"adamw", 0, 0.95, 0.9, 0.95}};
  for (const auto& [kind, beta1, beta2, expected1, expected2] : cases) {
    OptimizerOptions options = of_kind(kind);
    options.beta1 = beta1;
    options.beta2 = beta2;
    EXPECT_EQ(betas(options).beta1, expected1) << kind;
    EXPECT_EQ(betas(options).beta2, expected2) << kind;
  }
}

TEST(Optimizer, RefusesAnUnknownKind) {
  const Graph graph = optimizer_graph();
  EXPECT_THROW(Optimizer(graph, filled_params(graph, kOnes), of_kind("lamb")), Error);
}

}  // namespace
}  // namespace giemsa
