#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <fstream>
#include <nlohmann/json.hpp>

#include "giemsa/train/optimizer.h"
#include "train/optimizer_network.h"

namespace giemsa {
namespace {

using nlohmann::json;

OptimizerOptions options_of(const json& one) {
  OptimizerOptions o;
  o.kind = one.at("kind");
  o.momentum = one.at("momentum");
  o.nesterov = one.at("nesterov");
  o.beta1 = one.at("beta1");
  o.beta2 = one.at("beta2");
  o.epsilon = one.at("epsilon");
  o.weight_decay = one.at("weight_decay");
  o.l1 = one.at("l1");
  o.l2 = one.at("l2");
  o.clip_norm = one.at("clip_norm");
  o.layer_decay = one.at("layer_decay");
  return o;
}

/// The number of a parameter in tests/golden/make/optimizers.py; -1: it is not there.
std::int64_t golden_number(const std::string& name) {
  constexpr const char* kNames[] = {"conv.weight", "norm.weight", "norm.bias", "fc.weight", "fc.bias"};
  const auto* found = std::find(std::begin(kNames), std::end(kNames), name);
  return found == std::end(kNames) ? -1 : found - std::begin(kNames);
}

double golden_start(std::int64_t j, std::int64_t i) {
  return (i % 2 == 0 ? 1 : -1) * (1.5 + static_cast<double>((7 * i + 3 * j) % 11) / 10);
}

double golden_gradient(std::int64_t j, std::int64_t i, std::int64_t t) {
  return static_cast<double>((37 * i + 11 * t + 5 * j) % 17 - 8) / 16 *
         std::pow(10.0, static_cast<double>(i % 6 - 4));
}

/// The largest difference between a tensor and numbers in C order, each as a share of the number.
double relative_difference(const torch::Tensor& tensor, const std::vector<double>& numbers) {
  const torch::Tensor values = tensor.detach().contiguous();
  double largest = 0;
  for (std::size_t i = 0; i < numbers.size(); ++i)
    largest = std::max(largest, std::abs(values.data_ptr<float>()[i] - numbers[i]) / std::abs(numbers[i]));
  return largest;
}

TEST(OptimizerGolden, AgreesWithPyTorchAndLionsRuleOver100Steps) {
  std::ifstream file(GIEMSA_TEST_DATA "/optimizers.json");
  const json cases = json::parse(file);
  ASSERT_EQ(cases.size(), 14u);
  const Graph graph = optimizer_graph();
  std::vector<std::int64_t> numbers;
  for (const Param& param : graph.params) numbers.push_back(golden_number(param.name));
  for (const json& one : cases) {
    // Lion's numbers are those of float64; ours are rounded 100 times by up to 6e-8.
    const double tolerance = one.at("kind") == "lion" ? 3e-6 : 1e-6;
    TorchParams params =
        filled_params(graph, [&](std::size_t p, std::size_t i) { return golden_start(numbers[p], i); });
    Optimizer optimizer(graph, params, options_of(one));
    for (const json& shown : one.at("shown")) {
      while (optimizer.steps() < shown.at("step")) {
        const std::int64_t t = optimizer.steps() + 1;
        set_gradients(params,
                      [&](std::size_t p, std::int64_t i) { return golden_gradient(numbers[p], i, t); });
        optimizer.step(one.at("lr"));
      }
      ASSERT_EQ(shown.at("params").size(), 5u);
      for (std::size_t p = 0; p < params.size(); ++p) {
        if (numbers[p] < 0) continue;
        const std::vector<double> golden = shown.at("params").at(graph.params[p].name);
        ASSERT_EQ(golden.size(), static_cast<std::size_t>(params[p].numel()));
        EXPECT_LE(relative_difference(params[p], golden), tolerance)
            << one.at("kind") << ", lr " << one.at("lr") << ", step " << shown.at("step") << ", "
            << graph.params[p].name;
      }
    }
  }
}

}  // namespace
}  // namespace giemsa
