#include "giemsa/infer/native_executor.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <omp.h>
#include <algorithm>
#include <array>

#include <thread>

#include "giemsa/core/error.h"
#include "giemsa/models/registry.h"
#include "infer/random_network.h"

namespace giemsa {
namespace {

/// Logits of `count` pictures in one call.
std::vector<float> logits(const NativeExecutor& network, std::span<const float> images, int threads) {
  const std::size_t count = images.size() / static_cast<std::size_t>(network.input_shape().size());
  std::vector<float> out(count * static_cast<std::size_t>(network.output_shape().size()));
  network.run(images, count, threads, out);
  return out;
}

TEST(NativeExecutor, GivesTheSameBitsForAnyBatchSizeAndThreadCount) {
  for (const char* name : {"mobilenet_v2", "convnext_atto", "resnet18"}) {
    const Graph graph = build_model(name, {.input_px = 96});
    const NativeExecutor network(graph, testing::random_weights(graph, 5));
    constexpr std::size_t kImages = 19;  // groups and some over
    const std::vector<float> images = testing::random_images(graph, kImages, 6);
    const std::size_t size = images.size() / kImages;

    std::vector<float> one_by_one;
    for (std::size_t i = 0; i < kImages; ++i) {
      const auto row = logits(network, std::span(images).subspan(i * size, size), 1);
      one_by_one.insert(one_by_one.end(), row.begin(), row.end());
    }
    for (const int threads : {1, 2, 3, 8, 0}) {
      EXPECT_EQ(logits(network, images, threads), one_by_one) << name << ", " << threads << " threads";
    }
  }
}

TEST(NativeExecutor, GivesTheSameBitsForAnyBatchSizeOfSeveralNodes) {
  // One of the values comes from before the small maps, which are computed for several pictures at once.
  const Graph graph = build_model("mobilenet_v2", {.classes = 5, .input_px = 96});
  const NodeId early = 12;
  ASSERT_GT(graph.nodes[early].shape.height, 8);
  const NativeExecutor network(graph, testing::random_weights(graph, 5),
                               std::array{graph.features, early, graph.output});
  constexpr std::size_t kImages = 9;
  const std::vector<float> images = testing::random_images(graph, kImages, 6);
  const std::size_t size = images.size() / kImages;
  std::size_t value = 0;
  for (std::size_t i = 0; i < 3; ++i) value += static_cast<std::size_t>(network.output_shape(i).size());
  std::vector<float> together(kImages * value), alone(kImages * value);
  network.run(images, kImages, 1, together);
  for (std::size_t i = 0; i < kImages; ++i)
    network.run(std::span(images).subspan(i * size, size), 1, 1, std::span(alone).subspan(i * value, value));
  EXPECT_EQ(together, alone);
}

TEST(NativeExecutor, IsUsedFromSeveralThreadsAtOnce) {
  const Graph graph = build_model("baseline_cnn", {.input_px = 32});
  const NativeExecutor network(graph, testing::random_weights(graph, 5));
  const std::vector<float> images = testing::random_images(graph, 20, 7);
  const std::vector<float> expected = logits(network, images, 1);
  std::vector<std::vector<float>> got(4);
  {
    std::vector<std::jthread> users;
    for (auto& mine : got) users.emplace_back([&] { mine = logits(network, images, 2); });
  }
  EXPECT_THAT(got, ::testing::Each(expected));
}

TEST(NativeExecutor, KeepsItsOwnWeights) {
  const Graph graph = build_model("mobilenet_v2", {.input_px = 32});
  StateDict weights = testing::random_weights(graph, 8);
  const NativeExecutor network(graph, weights);
  const std::vector<float> image = testing::random_images(graph, 1, 9);
  const std::vector<float> before = logits(network, image, 1);
  for (auto& [name, tensor] : weights) {
    std::fill_n(const_cast<float*>(tensor.data.get()), tensor.size(), 0.f);
  }
  EXPECT_EQ(logits(network, image, 1), before);
}

TEST(NativeExecutor, LeavesTheCallersThreadCountAlone) {
  omp_set_num_threads(3);
  const Graph graph = build_model("baseline_cnn", {.input_px = 16});
  const NativeExecutor network(graph, initialise(graph, 1));
  logits(network, testing::random_images(graph, 2, 1), 1);
  EXPECT_EQ(omp_get_max_threads(), 3);
}

TEST(NativeExecutor, ComputesAnyNode) {
  const Graph graph = build_model("mobilenet_v2", {.classes = 5, .input_px = 96});
  const StateDict weights = initialise(graph, 1);
  EXPECT_EQ(NativeExecutor(graph, weights).output_shape(), (Shape{5, 1, 1}));
  EXPECT_EQ(NativeExecutor(graph, weights, graph.features).output_shape(), (Shape{1280, 3, 3}));

  const NativeExecutor picture(graph, weights, 0);
  const std::vector<float> image = testing::random_images(graph, 1, 2);
  EXPECT_EQ(logits(picture, image, 1), image);
}

TEST(NativeExecutor, ComputesSeveralNodesInOnePass) {
  for (const char* name : {"mobilenet_v2", "resnet18", "convnext_atto", "vgg16"}) {
    const Graph graph = build_model(name, {.classes = 5, .input_px = 64});
    const StateDict weights = testing::random_weights(graph, 5);
    const std::vector<float> images = testing::random_images(graph, 2, 2);
    const NativeExecutor last(graph, weights), map(graph, weights, graph.features);
    const std::vector<float> expected_logits = logits(last, images, 1),
                             expected_maps = logits(map, images, 1);

    const NativeExecutor both(graph, weights, std::array{graph.output, graph.features, graph.output});
    EXPECT_EQ(both.output_shape(1), map.output_shape());
    const std::size_t map_size = expected_maps.size() / 2;
    std::vector<float> out(2 * (5 + map_size + 5));
    both.run(images, 2, 1, out);
    for (std::size_t i = 0; i < 2; ++i) {
      const auto at = out.begin() + static_cast<std::ptrdiff_t>(i * out.size() / 2);
      const auto middle = at + 5, end = middle + static_cast<std::ptrdiff_t>(map_size);
      EXPECT_TRUE(std::equal(at, middle, expected_logits.begin() + static_cast<std::ptrdiff_t>(5 * i)))
          << name;
      EXPECT_TRUE(std::equal(middle, end, expected_maps.begin() + static_cast<std::ptrdiff_t>(map_size * i)))
          << name;
      EXPECT_TRUE(std::equal(at, middle, end)) << name;
    }
  }
}

TEST(NativeExecutor, NamesTheParameterThatDoesNotFit) {
  const Graph graph = build_model("baseline_cnn", {.input_px = 16});
  const auto message = [&](const StateDict& weights) -> std::string {
    try {
      NativeExecutor network(graph, weights);
    } catch (const Error& error) {
      return error.kind() == ErrorKind::Model ? error.message() : "another kind: " + error.message();
    }
    return "no error";
  };
  StateDict lacking = initialise(graph, 1);
  lacking.erase("head.fc1.bias");
  EXPECT_EQ(message(lacking), "[infer] the weights lack 'head.fc1.bias'");
  EXPECT_EQ(message(initialise(build_model("baseline_cnn", {.input_px = 24}), 1)),
            "[infer] 'head.fc1.weight' is 128×2304; the network needs 128×1024");
}

TEST(NativeExecutor, RefusesSpansOfTheWrongSize) {
  const Graph graph = build_model("baseline_cnn", {.classes = 3, .input_px = 4});
  const NativeExecutor network(graph, initialise(graph, 1));
  std::vector<float> images(2 * 48), out(6);
  EXPECT_NO_THROW(network.run(images, 2, 1, out));
  EXPECT_THROW(network.run(images, 1, 1, out), Error);
  EXPECT_THROW(network.run(images, 2, 1, std::span(out).first(5)), Error);
}

}  // namespace
}  // namespace giemsa
