// Every registered network on LibTorch against the native executor; a new one is taken up by itself.

#include "giemsa/train/torch_network.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <array>

#include "core/error_matchers.h"
#include "giemsa/graph/builder.h"
#include "giemsa/graph/layer_table.h"
#include "giemsa/infer/native_executor.h"
#include "giemsa/models/registry.h"
#include "giemsa/train/folded_network.h"
#include "infer/random_network.h"
#include "models/networks.h"

namespace giemsa {
namespace {

using torch::Tensor;

constexpr double kTolerance = 1e-4;
constexpr double kGradientTolerance = 1e-2, kEdgyGradientTolerance = 8e-2;
/// Beyond this at 64 px a network is run at its smallest inputs, and its gradients are not compared with
/// those of double precision, which take many seconds and gigabytes.
constexpr std::int64_t kMostMultiplyAdds = 600'000'000;

std::vector<float> values_of(const Tensor& tensor) {
  const Tensor flat = tensor.detach().contiguous();
  return {flat.data_ptr<float>(), flat.data_ptr<float>() + flat.numel()};
}

Graph build(const ModelEntry& model, std::int64_t input_px) {
  return model.build({.classes = 5, .input_px = input_px, .dropout = 0.2, .drop_path = 0.1});
}

void ask_for_gradients(const Graph& graph, TorchParams& params) {
  for (std::size_t i = 0; i < params.size(); ++i)
    params[i].requires_grad_(!is_statistic(graph.params[i].kind));
}

class TorchNetwork : public ::testing::TestWithParam<ModelEntry> {
 protected:
  void SetUp() override { at::set_num_threads(1); }  // beside other tests, more threads are slower

  static std::int64_t at_least(std::int64_t px) {
    return std::max<std::int64_t>(px, GetParam().min_input_px);
  }
  static bool is_large() {
    return layer_table(build(GetParam(), at_least(64))).multiply_adds > kMostMultiplyAdds;
  }
  /// The first leaves odd maps on the way down.
  static std::array<std::int64_t, 2> inputs_px() {
    if (is_large()) return {at_least(0) + 9, at_least(0)};
    return {at_least(40), at_least(64) == at_least(40) ? at_least(0) + 9 : at_least(64)};
  }
};

class EveryTorchNetwork : public TorchNetwork {};

TEST_P(EveryTorchNetwork, AgreesWithTheNativeExecutor) {
  for (const std::int64_t input_px : inputs_px()) {
    const Graph graph = build(GetParam(), input_px);
    const StateDict weights = testing::random_weights(graph, 3);
    const NativeExecutor native(graph, weights);
    const TorchParams params = to_torch(graph, weights);
    for (const std::int64_t batch : {1, 3}) {
      std::vector<float> images = testing::random_images(graph, batch, 4);
      std::vector<float> expected(batch * native.output_shape().size());
      native.run(images, batch, 1, expected);
      const torch::NoGradGuard no_grad;
      const Tensor logits = forward(graph, params, as_images(images.data(), batch, graph.input_shape()), {});
      ASSERT_EQ(logits.sizes(), (std::vector<std::int64_t>{batch, 5}));
      EXPECT_LE(
          testing::relative_error(values_of(logits), std::vector<double>(expected.begin(), expected.end())),
          kTolerance)
          << input_px << " px, batch " << batch;
    }
  }
}

TEST_P(TorchNetwork, AnswersAlikeWhenFolded) {
  const Graph graph = build(GetParam(), inputs_px()[1]);
  const TorchParams params = to_torch(graph, testing::random_weights(graph, 3));
  std::vector<float> pixels = testing::random_images(graph, 2, 4);
  const Tensor images = as_images(pixels.data(), 2, graph.input_shape());
  const torch::NoGradGuard no_grad;
  const std::vector<float> plain = values_of(forward(graph, params, images, {}));
  const std::vector<float> folded = values_of(FoldedNetwork(graph, params).forward(images));
  EXPECT_LE(testing::relative_error(folded, std::vector<double>(plain.begin(), plain.end())), kTolerance);
}

/// The parameters after one training pass, with gradients.
TorchParams pass_backwards(const Graph& graph, TorchParams params, const Tensor& images) {
  ask_for_gradients(graph, params);
  const Tensor labels = torch::tensor({0, 1, 2, 3, 4, 0}, torch::kInt64);
  at::cross_entropy_loss(forward(graph, params, images, {.training = true}), labels).backward();
  return params;
}

/// ‖got - expected‖ / ‖expected‖, or against `least` where that is more.
double relative_distance(const Tensor& got, const Tensor& expected, double least = 0) {
  return (got - expected).norm().item<double>() / std::max(expected.norm().item<double>(), least);
}

TEST_P(TorchNetwork, GivesEveryTrainedParameterAGradient) {
  for (const std::int64_t input_px : inputs_px()) {
    const Graph graph = GetParam().build({.classes = 5, .input_px = input_px, .dropout = 0});
    std::vector<float> pixels = testing::random_images(graph, 6, 4);
    const TorchParams params = pass_backwards(graph, to_torch(graph, testing::random_weights(graph, 3)),
                                              as_images(pixels.data(), 6, graph.input_shape()));
    for (std::size_t i = 0; i < params.size(); ++i) {
      const Param& param = graph.params[i];
      ASSERT_EQ(params[i].grad().defined(), !is_statistic(param.kind)) << param.name;
      if (is_statistic(param.kind)) continue;
      ASSERT_TRUE(params[i].grad().isfinite().all().item<bool>()) << param.name;
      ASSERT_GT(params[i].grad().abs().max().item<double>(), 0) << param.name;
    }
    if (is_large()) break;  // one pass takes seconds and gigabytes
  }
}

/// How far single precision is from double after one training pass: the worst parameter and by how much.
struct Distance {
  double gradient = 0, statistic = 0;
  std::string parameter = {};
};

Distance compare_with_double(const Graph& graph, std::uint64_t seed) {
  const StateDict weights = testing::random_weights(graph, seed);
  std::vector<float> pixels = testing::random_images(graph, 6, seed + 1);
  const Tensor images = as_images(pixels.data(), 6, graph.input_shape());
  TorchParams wide = to_torch(graph, weights);
  for (Tensor& param : wide) param = param.to(torch::kFloat64);
  wide = pass_backwards(graph, wide, images.to(torch::kFloat64));
  const TorchParams params = pass_backwards(graph, to_torch(graph, weights), images);
  double largest = 0;
  for (const Tensor& param : wide) {
    if (param.requires_grad()) largest = std::max(largest, param.grad().norm().item<double>());
  }
  Distance worst;
  for (std::size_t i = 0; i < params.size(); ++i) {
    if (is_statistic(graph.params[i].kind)) {
      worst.statistic = std::max(worst.statistic, relative_distance(params[i], wide[i]));
      continue;
    }
    // A shift that a later batch norm takes out again has a gradient of rounding errors.
    const double distance = relative_distance(params[i].grad(), wide[i].grad(), 1e-4 * largest);
    if (distance > worst.gradient) worst = {distance, worst.statistic, graph.params[i].name};
  }
  return worst;
}

/// The best of three draws of weights and pictures. Rounding now and then puts an activation on the other
/// side of a ReLU's edge, or a gate that random weights have driven to a step; it does so in some draws, a
/// fault would in all.
Distance best_of_three(const Graph& graph) {
  Distance best{.gradient = INFINITY};
  for (const std::uint64_t seed : {3, 5, 7}) {
    const Distance distance = compare_with_double(graph, seed);
    EXPECT_LE(distance.statistic, kTolerance);
    if (distance.gradient < best.gradient) best = distance;
    if (best.gradient <= kGradientTolerance) break;
  }
  return best;
}

/// The same network without edges: activations that are pieces of lines become SiLU.
Graph smooth(Graph graph) {
  for (Node& node : graph.nodes) {
    auto* activation = std::get_if<ActivationOp>(&node.op);
    if (activation && activation->kind != Activation::Gelu) activation->kind = Activation::Silu;
  }
  return graph;
}

TEST_P(TorchNetwork, GivesTheGradientsAndStatisticsOfDoublePrecision) {
  if (is_large()) return;  // stated above: GivesEveryTrainedParameterAGradient checks them all
  // Single precision takes shorter ways than double (batch norm joined with its activation), so this checks
  // them too. Twice the smallest input: batch norm over a single position of six pictures magnifies rounding.
  const std::int64_t input_px = std::max(64, 2 * GetParam().min_input_px);
  const Graph graph = GetParam().build({.classes = 5, .input_px = input_px, .dropout = 0});
  const Distance as_it_is = best_of_three(graph);
  EXPECT_LE(as_it_is.gradient, kEdgyGradientTolerance) << as_it_is.parameter;
  RecordProperty("largest_relative_gradient_error", fmt::format("{:.1e}", as_it_is.gradient));
  if (as_it_is.gradient <= kGradientTolerance) return;
  // Networks of a hundred layers of ReLUs have such an edge in every draw: then it must go with the edges.
  const Distance without_edges = best_of_three(smooth(graph));
  EXPECT_LE(without_edges.gradient, kGradientTolerance) << without_edges.parameter;
}

TEST_P(TorchNetwork, KeepsItsStateOnTheWayThereAndBack) {
  const Graph graph = build(GetParam(), inputs_px()[0]);
  const StateDict weights = testing::random_weights(graph, 9);
  const TorchParams params = to_torch(graph, weights);
  TorchParams copied;
  for (const Tensor& param : params) copied.push_back(torch::zeros_like(param));
  copy_named(graph, weights, copied);
  for (const StateDict& back : {to_state_dict(graph, params), to_state_dict(graph, copied)}) {
    ASSERT_EQ(back.size(), weights.size());
    for (const auto& [name, tensor] : weights) {
      ASSERT_EQ(back.at(name).shape, tensor.shape) << name;
      const auto got = back.at(name).values(), expected = tensor.values();
      ASSERT_TRUE(std::equal(got.begin(), got.end(), expected.begin(), expected.end())) << name;
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Train, EveryTorchNetwork, testing::every_network(), testing::name_of);
INSTANTIATE_TEST_SUITE_P(Train, TorchNetwork, testing::networks_up_to_convnext_base(), testing::name_of);

/// The loss of a training pass in double precision, without the random layers.
double loss_in_double(const Graph& graph, const TorchParams& params, const Tensor& images,
                      const Tensor& labels, bool backwards) {
  const Tensor loss = at::cross_entropy_loss(forward(graph, params, images, {.training = true}), labels);
  if (backwards) loss.backward();
  return loss.item<double>();
}

TEST(TorchNetworkGradient, IsTheSlopeOfTheLoss) {
  at::set_num_threads(1);
  for (const char* name : {"baseline_cnn", "mobilenet_v2_keras", "convnext_atto"}) {
    const Graph graph = build_model(name, {.classes = 4, .input_px = 40, .dropout = 0});
    TorchParams params = to_torch(graph, testing::random_weights(graph, 3));
    for (Tensor& param : params) param = param.to(torch::kFloat64);
    ask_for_gradients(graph, params);
    torch::manual_seed(5);
    const Tensor images = torch::randn({3, 3, 40, 40}, torch::kFloat64),
                 labels = torch::tensor({0, 3, 1}, torch::kInt64);
    loss_in_double(graph, params, images, labels, true);

    // Along one random direction through all parameters at once.
    constexpr double kStep = 1e-9;  // the parameters are many; further off lie kinks of ReLU6
    double slope = 0;
    std::vector<Tensor> direction;
    const torch::NoGradGuard no_grad;
    for (const Tensor& param : params) {
      direction.push_back(param.requires_grad() ? torch::randn_like(param) : Tensor());
      if (param.requires_grad()) slope += (param.grad() * direction.back()).sum().item<double>();
    }
    const auto loss_at = [&](double step) {
      TorchParams moved = params;
      for (std::size_t i = 0; i < moved.size(); ++i) {
        if (direction[i].defined()) moved[i] = params[i] + step * direction[i];
      }
      return loss_in_double(graph, moved, images, labels, false);
    };
    EXPECT_NEAR((loss_at(kStep) - loss_at(-kStep)) / (2 * kStep) / slope, 1, 1e-4)
        << name << ", slope " << slope;
  }
}

TEST(TorchNetworkState, RefusesWeightsOfAnotherNetwork) {
  const Graph graph = build_model("baseline_cnn", {.input_px = 16});
  const StateDict other = initialise(build_model("baseline_cnn", {.input_px = 24}), 1);
  testing::error_of(ErrorKind::Model, [&] { to_torch(graph, other); });
  TorchParams params = to_torch(graph, initialise(graph, 1));
  EXPECT_NE(
      testing::error_of(ErrorKind::Model, [&] { copy_named(graph, other, params); }).find("head.fc1.weight"),
      std::string::npos);
}

TEST(DropPath, ZeroesWholePicturesAndScalesTheRest) {
  GraphBuilder g({2, 3, 3});
  const Value x = g.drop_path("path", g.input(), 0.75);
  const Graph graph = g.finish(x, g.flatten("flatten", x), "head");
  constexpr int kPictures = 4000;
  const Tensor ones = torch::ones({kPictures, 2, 3, 3});
  EXPECT_TRUE(torch::equal(forward(graph, {}, ones, {}), ones.flatten(1)));

  torch::manual_seed(3);
  const Tensor out = forward(graph, {}, ones, {.training = true});
  EXPECT_TRUE(torch::equal(out, out.slice(1, 0, 1).expand_as(out))) << "a picture was dropped in part";
  EXPECT_TRUE((out.eq(0) | out.eq(4)).all().item<bool>());
  EXPECT_NEAR(out.mean().item<float>(), 1, 0.1);
}

}  // namespace
}  // namespace giemsa
