#include "giemsa/infer/gradient_executor.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <thread>

#include "giemsa/core/error.h"
#include "giemsa/graph/builder.h"
#include "giemsa/graph/layer_table.h"
#include "giemsa/infer/native_executor.h"
#include "giemsa/models/registry.h"
#include "infer/random_network.h"
#include "infer/reference_executor.h"
#include "models/networks.h"

namespace giemsa {
namespace {

std::vector<float> gradient_of(const Graph& graph, const StateDict& weights, std::span<const float> image,
                               NodeId tap, int class_index) {
  return GradientExecutor(graph, weights, std::array{tap}).run(image, class_index).taps[0].gradient;
}

class GradientModels : public ::testing::TestWithParam<ModelEntry> {};

TEST_P(GradientModels, GivesActivationLogitsAndAFiniteGradientOfTheLastMap) {
  const Graph graph = GetParam().build(
      {.classes = 5, .input_px = std::max(32, GetParam().min_input_px), .dropout = 0.2, .drop_path = 0.1});
  const StateDict weights = testing::random_weights(graph, 3);
  const std::vector<float> image = testing::random_images(graph, 1, 4);
  const NativeExecutor forward(graph, weights, std::array{graph.output, graph.features});
  const auto features = static_cast<std::size_t>(graph.nodes[graph.features].shape.size());
  std::vector<float> expected(5 + features);
  forward.run(image, 1, 1, expected);

  const GradientExecutor network(graph, weights, std::array{graph.features});
  ASSERT_EQ(network.tap_shape(0), graph.nodes[graph.features].shape);
  // Of the largest logit: others may be cut off by a last ReLU, and have no gradient.
  const auto logits = std::span(expected).first(5);
  const auto largest = static_cast<int>(std::ranges::max_element(logits) - logits.begin());
  const GradientExecutor::Result result = network.run(image, largest);
  const auto difference = [](std::span<const float> got, std::span<const float> wanted) {
    return testing::relative_error(got, std::vector<double>(wanted.begin(), wanted.end()));
  };
  EXPECT_LE(difference(result.logits, logits), 1e-5);
  EXPECT_LE(difference(result.taps[0].activation, std::span(expected).subspan(5)), 1e-5);
  ASSERT_EQ(result.taps[0].gradient.size(), features);
  double length = 0;
  for (const float g : result.taps[0].gradient) length += double{g} * g;
  EXPECT_TRUE(std::isfinite(length));
  EXPECT_GT(length, 0);
}

INSTANTIATE_TEST_SUITE_P(Infer, GradientModels, testing::networks_up_to_convnext_base(), testing::name_of);

TEST(GradientExecutor, GivesSeveralTapsAtOnceAsEachAlone) {
  const Graph graph = build_model("mobilenet_v2", {.classes = 4, .input_px = 48});
  const StateDict weights = testing::random_weights(graph, 3);
  const std::vector<float> image = testing::random_images(graph, 1, 4);
  std::vector<NodeId> taps{0, graph.features};
  for (NodeId id = 0; id < graph.output; ++id) {
    const std::string& name = graph.nodes[id].name;
    if (name == "features.7.conv.0.2" || name == "features.8.add") taps.push_back(id);
  }
  const GradientExecutor::Result all = GradientExecutor(graph, weights, taps).run(image, 1);
  ASSERT_EQ(all.taps.size(), taps.size());
  EXPECT_EQ(all.taps[0].activation, image);
  for (std::size_t t = 0; t < taps.size(); ++t) {
    const std::vector<float> alone = gradient_of(graph, weights, image, taps[t], 1);
    EXPECT_LE(testing::relative_error(all.taps[t].gradient, std::vector<double>(alone.begin(), alone.end())),
              1e-5)
        << graph.nodes[taps[t]].name;
  }
}

/// The tap of a branch that others lead around, with an activation that is fused into it.
TEST(GradientExecutor, TapsABranch) {
  GraphBuilder g({3, 6, 5});
  const Value stem = g.conv("stem", g.input(), 8, {.kernel = 3});
  const Value branch = g.activation("branch", g.conv("b", stem, 8, {.kernel = 3}), Activation::Relu);
  const Value sum = g.add("sum", stem, g.conv("c", branch, 8, {.kernel = 1}));
  const Graph graph = g.finish(sum, g.linear("head", g.flatten("flat", sum), 3), "head");
  const StateDict weights = testing::random_weights(graph, 7);
  const std::vector<float> image = testing::random_images(graph, 1, 8);
  const auto tapped = GradientExecutor(graph, weights, std::array{branch.node()}).run(image, 2).taps[0];
  // The logits are linear behind the tap: their gradient is cᵀ · headᵀ.
  const auto head = weights.at("head.weight").values(), c = weights.at("c.weight").values();
  std::vector<double> expected(tapped.gradient.size());
  for (std::size_t p = 0; p < 30; ++p) {
    for (std::size_t in = 0; in < 8; ++in) {
      for (std::size_t out = 0; out < 8; ++out)
        expected[p * 8 + in] += double{head[2 * 240 + out * 30 + p]} * c[out * 8 + in];
    }
  }
  EXPECT_LE(testing::relative_error(tapped.gradient, expected), 1e-6);
}

TEST(GradientExecutor, ExplainsTheNamedClassUnlessAskedForAnother) {
  const Graph graph = build_model("baseline_cnn", {.classes = 3, .input_px = 16});
  const StateDict weights = testing::random_weights(graph, 3);
  const std::vector<float> image = testing::random_images(graph, 1, 4);
  const GradientExecutor network(graph, weights, std::array{graph.features});
  const GradientExecutor::Result named = network.run(image);
  const int best = static_cast<int>(std::ranges::max_element(named.logits) - named.logits.begin());
  EXPECT_EQ(named.taps[0].gradient, network.run(image, best).taps[0].gradient);
  EXPECT_NE(named.taps[0].gradient, network.run(image, (best + 1) % 3).taps[0].gradient);
}

TEST(GradientExecutor, OfEqualLargestValuesTheFirstGetsTheGradient) {
  GraphBuilder g({1, 2, 2});
  const Value pooled = g.max_pool("pool", g.input());
  const Graph graph = g.finish(pooled, g.linear("head", pooled, 2), "head");
  StateDict weights = testing::random_weights(graph, 1);
  const float w = weights.at("head.weight").values()[1];
  EXPECT_THAT(gradient_of(graph, weights, std::vector<float>{1, 3, 3, 2}, 0, 1),
              ::testing::ElementsAre(0, w, 0, 0));
}

TEST(GradientExecutor, IsUsedFromSeveralThreadsAtOnce) {
  const Graph graph = build_model("mobilenet_v2", {.classes = 3, .input_px = 32});
  const GradientExecutor network(graph, testing::random_weights(graph, 5), std::array{graph.features});
  std::vector<std::vector<float>> images, expected, got(4);
  for (std::uint64_t i = 0; i < 4; ++i) {
    images.push_back(testing::random_images(graph, 1, 30 + i));
    expected.push_back(network.run(images.back(), static_cast<int>(i) % 3).taps[0].gradient);
  }
  {
    std::vector<std::jthread> users;
    for (std::size_t i = 0; i < 4; ++i) {
      users.emplace_back([&, i] {
        for (int again = 0; again < 20; ++again)
          got[i] = network.run(images[i], static_cast<int>(i) % 3).taps[0].gradient;
      });
    }
  }
  EXPECT_EQ(got, expected);
}

TEST(GradientExecutor, RefusesWhatItCannotDo) {
  GraphBuilder g({3, 4, 4});
  const Value dead = g.conv("dead", g.input(), 2, {});
  const Value pooled = g.global_avg_pool("pool", g.input());
  const Graph graph = g.finish(pooled, g.linear("head", pooled, 2), "head");
  const StateDict weights = testing::random_weights(graph, 1);
  const auto message = [](const auto& work) -> std::string {
    try {
      work();
    } catch (const Error& error) {
      return error.message();
    }
    return "no error";
  };
  EXPECT_EQ(message([&] { GradientExecutor(graph, weights, std::array{dead.node()}); }),
            "[infer] the value of 'dead' has no part in the network's answer");
  EXPECT_EQ(message([&] { GradientExecutor(graph, weights, std::array{99}); }),
            "[infer] node 99 asked for; the network has 4");
  const GradientExecutor network(graph, weights, std::array{pooled.node()});
  EXPECT_EQ(message([&] { network.run(std::vector<float>(48), 2); }),
            "[infer] class 2 asked for; the network has 2");
  EXPECT_EQ(message([&] { network.run(std::vector<float>(47), 1); }),
            "[infer] a picture needs 48 floats; got 47");
}

}  // namespace
}  // namespace giemsa
