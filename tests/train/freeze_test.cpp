#include "giemsa/train/freeze.h"

#include <gtest/gtest.h>

#include "giemsa/models/registry.h"
#include "giemsa/train/optimizer.h"
#include "infer/random_network.h"

namespace giemsa {
namespace {

using torch::Tensor;

struct Frozen {
  Graph graph;
  TorchParams params;
  ForwardMode mode;
  std::vector<float> pixels;

  Frozen(const char* model, const char* plan, const ModelOptions& options)
      : graph(build_model(model, options)),
        params(to_torch(graph, testing::random_weights(graph, 3))),
        mode{.training = true, .frozen_nodes = apply_freeze(graph, params, plan)},
        pixels(testing::random_images(graph, 4, 5)) {
    at::set_num_threads(1);
  }

  Tensor run(const ForwardMode& how, int seed) {
    torch::manual_seed(seed);
    return forward(graph, params, as_images(pixels.data(), 4, graph.input_shape()), how);
  }
  void train_a_step() {
    Optimizer optimizer(graph, params, {.weight_decay = 0.1});
    at::cross_entropy_loss(run(mode, 1), torch::tensor({0, 1, 2, 3}, torch::kInt64)).backward();
    optimizer.step(0.01);
  }
  std::vector<Tensor> copy() const {
    std::vector<Tensor> copies;
    for (const Tensor& param : params) copies.push_back(param.detach().clone());
    return copies;
  }
};

class Freeze : public ::testing::TestWithParam<const char*> {};

TEST_P(Freeze, BackboneLeavesOnlyTheHeadToChange) {
  Frozen net(GetParam(), "backbone", {.classes = 4, .input_px = 32, .dropout = 0.2, .drop_path = 0.2});
  const std::vector<Tensor> before = net.copy();
  net.train_a_step();
  for (std::size_t i = 0; i < before.size(); ++i) {
    const std::string& name = net.graph.params[i].name;
    const bool head = net.graph.in_head(name);
    EXPECT_EQ(net.params[i].requires_grad(), head) << name;
    EXPECT_EQ(torch::equal(net.params[i].detach(), before[i]), !head) << name;
  }
}

TEST_P(Freeze, NoneChangesEveryParameterAndStatistic) {
  Frozen net(GetParam(), "none", {.classes = 4, .input_px = 32, .dropout = 0});
  const std::vector<Tensor> before = net.copy();
  net.train_a_step();
  for (std::size_t i = 0; i < before.size(); ++i) {
    const Param& param = net.graph.params[i];
    EXPECT_EQ(net.params[i].requires_grad(), !is_statistic(param.kind)) << param.name;
    EXPECT_FALSE(torch::equal(net.params[i].detach(), before[i])) << param.name;
  }
}

INSTANTIATE_TEST_SUITE_P(Train, Freeze, ::testing::Values("baseline_cnn", "mobilenet_v2", "convnext_atto"),
                         [](const auto& test) { return std::string(test.param); });

TEST(FrozenNodes, ActAsInPrediction) {
  // Drop path lies in the backbone, dropout in the head.
  const ModelOptions only_drop_path{.classes = 4, .input_px = 32, .dropout = 0, .drop_path = 0.5};
  const ModelOptions only_dropout{.classes = 4, .input_px = 32, .dropout = 0.5, .drop_path = 0};
  const struct {
    const char* model;
    const char* plan;
    ModelOptions options;
    bool same;
  } cases[] = {
      {"convnext_atto", "backbone", only_drop_path, true}, {"convnext_atto", "none", only_drop_path, false},
      {"convnext_atto", "backbone", only_dropout, false},  {"mobilenet_v2", "backbone", only_dropout, false},
      {"mobilenet_v2", "none", only_drop_path, false},  // batch norm by the batch's own statistics
      {"mobilenet_v2", "backbone", only_drop_path, true},
  };
  const torch::NoGradGuard no_grad;
  for (const auto& [model, plan, options, same] : cases) {
    Frozen net(model, plan, options);
    const Tensor predicted = net.run({}, 1);
    EXPECT_EQ(torch::equal(net.run(net.mode, 2), predicted), same)
        << model << ", freeze " << plan << ", dropout " << options.dropout;
  }
}

}  // namespace
}  // namespace giemsa
