// The native executor's way back against LibTorch's autograd in double precision, for every network.

#include <gtest/gtest.h>

#include <algorithm>

#include "giemsa/graph/layer_table.h"
#include "giemsa/infer/gradient_executor.h"
#include "giemsa/models/registry.h"
#include "giemsa/train/torch_network.h"
#include "infer/random_network.h"
#include "models/networks.h"

namespace giemsa {
namespace {

using torch::Tensor;

constexpr double kTolerance = 1e-4;
/// Beyond this at 64 px a network is run at its smallest input: double precision takes many seconds.
constexpr std::int64_t kMostMultiplyAdds = 600'000'000;
constexpr int kClass = 2;

/// The last map, and the last one of at least twice its size that all that follows passes through.
std::vector<NodeId> taps_of(const Graph& graph) {
  std::vector<NodeId> last_reader(graph.nodes.size(), -1);
  for (NodeId id = 0; id <= graph.output; ++id) {
    for (const NodeId input : graph.nodes[id].inputs) last_reader[input] = id;
  }
  NodeId finer = -1, needed_until = -1;
  for (NodeId id = 0; id < graph.features; ++id) {
    const bool twice = graph.nodes[id].shape.height >= 2 * graph.nodes[graph.features].shape.height;
    if (id > 0 && needed_until <= id && twice) finer = id;
    needed_until = std::max(needed_until, last_reader[id]);
  }
  return finer < 0 ? std::vector{graph.features} : std::vector{graph.features, finer};
}

/// ‖got - expected‖ / ‖expected‖ of the gradient at a tap. expected: [1, C, H, W], got: [H, W, C].
double distance(const std::vector<float>& got, const Tensor& expected) {
  const Tensor hwc = expected.squeeze(0).permute({1, 2, 0}).contiguous();
  const Tensor ours = torch::tensor(got, torch::kFloat64).view(hwc.sizes());
  return (ours - hwc).norm().item<double>() / hwc.norm().item<double>();
}

/// By tap, for one draw of weights and picture.
std::vector<double> distances(const Graph& graph, const std::vector<NodeId>& taps, std::uint64_t seed) {
  const StateDict weights = testing::random_weights(graph, seed);
  std::vector<float> image = testing::random_images(graph, 1, seed + 1);
  const GradientExecutor::Result native = GradientExecutor(graph, weights, taps).run(image, kClass);
  TorchParams params = to_torch(graph, weights);
  for (Tensor& param : params) param = param.to(torch::kFloat64);
  const Tensor picture = as_images(image.data(), 1, graph.input_shape()).to(torch::kFloat64);
  std::vector<double> result;
  for (std::size_t t = 0; t < taps.size(); ++t) {
    Tensor value;
    {
      const torch::NoGradGuard no_grad;
      value = value_of(graph, params, picture, taps[t]).clone();
    }
    value.requires_grad_(true);
    forward(graph, params, value, {.from = taps[t]})[0][kClass].backward();
    result.push_back(distance(native.taps[t].gradient, value.grad()));
  }
  return result;
}

class NativeGradient : public ::testing::TestWithParam<ModelEntry> {
 protected:
  void SetUp() override { at::set_num_threads(1); }
};

TEST_P(NativeGradient, IsThatOfAutograd) {
  const auto build = [&](int input_px) {
    return GetParam().build({.classes = 5, .input_px = std::max(input_px, GetParam().min_input_px)});
  };
  Graph graph = build(64);
  if (layer_table(graph).multiply_adds > kMostMultiplyAdds) graph = build(32);
  const std::vector<NodeId> taps = taps_of(graph);
  // The best of three draws for each tap: now and then rounding puts an activation on the other side of a
  // ReLU's edge, where the derivative jumps; a fault would show in all of them.
  std::vector<double> best(taps.size(), INFINITY);
  for (const std::uint64_t seed : {3, 5, 7}) {
    const std::vector<double> got = distances(graph, taps, seed);
    for (std::size_t t = 0; t < taps.size(); ++t) best[t] = std::min(best[t], got[t]);
    if (std::ranges::max(best) <= kTolerance) break;
  }
  for (std::size_t t = 0; t < taps.size(); ++t) EXPECT_LE(best[t], kTolerance) << graph.nodes[taps[t]].name;
}

INSTANTIATE_TEST_SUITE_P(Train, NativeGradient, testing::networks_up_to_convnext_base(), testing::name_of);

}  // namespace
}  // namespace giemsa
