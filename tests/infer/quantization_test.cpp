// Networks that multiply 8-bit integers.

#include "giemsa/graph/quantization.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <cstring>

#include "giemsa/infer/kernels.h"
#include "giemsa/infer/measure_ranges.h"
#include "giemsa/infer/native_executor.h"
#include "giemsa/infer/plan.h"
#include "giemsa/models/registry.h"
#include "infer/random_network.h"
#include "infer/residual_network.h"

namespace giemsa {
namespace {

using ::testing::ElementsAre;
using ::testing::FloatEq;

std::vector<float> logits(const NativeExecutor& network, std::span<const float> images) {
  const std::size_t count = images.size() / static_cast<std::size_t>(network.input_shape().size());
  std::vector<float> out(count * static_cast<std::size_t>(network.output_shape().size()));
  network.run(images, count, 1, out);
  return out;
}

Quantization measured(const Graph& graph, const StateDict& weights, std::span<const float> images) {
  return measure_ranges(graph, weights, std::array{graph.output}, images, 2);
}

TEST(Quantization, KeepsValuesAsIntegersBetweenIntegerLayers) {
  const Graph graph = testing::residual_network();
  Quantization quantization{{{"input", 1.f}, {"relu", 2.55f}, {"y", 1.27f}, {"sum", 2.54f}, {"pool", 1.f}},
                            {"head"}};
  const Plan plan = make_plan(graph, std::array{graph.output}, &quantization);
  std::vector<Storage> storage;
  std::vector<bool> int8;
  for (const Step& step : plan.steps) {
    storage.push_back(step.storage);
    int8.push_back(step.int8.has_value());
  }
  using enum StorageType;
  EXPECT_THAT(int8, ElementsAre(false, true, true, true, false, false)) << "picture, x, y, z, pool, head";
  EXPECT_EQ(storage[1], (Storage{Unsigned8, 2.55f / 255})) << "a ReLU's values are not negative";
  EXPECT_EQ(storage[2], (Storage{Signed8, 1.27f / 127}));
  EXPECT_EQ(storage[3], (Storage{Signed8, 2.54f / 127})) << "the sum lies in x's place";
  EXPECT_TRUE(storage[4].is_float());
  EXPECT_EQ(plan.steps[1].size, 8u * 36 / 4) << "four integers take the place of a float";
}

TEST(Quantization, KeepsFloatsWhereALayerNeedsThem) {
  const Graph graph = testing::residual_network();
  Quantization quantization{{{"input", 1.f}, {"relu", 1.f}, {"y", 1.f}, {"sum", 1.f}}, {"head", "z"}};
  const Plan plan = make_plan(graph, std::array{graph.output}, &quantization);
  EXPECT_TRUE(plan.steps[1].storage.is_float()) << "z adds to it in floats";
  EXPECT_TRUE(plan.steps[2].storage.is_float()) << "z reads it in floats";
  EXPECT_TRUE(plan.steps[2].int8) << "y makes integers of x's floats itself";
  EXPECT_FALSE(plan.steps[3].int8);

  // A value that is asked for is answered in floats.
  quantization.kept = {"head"};
  const Plan asked = make_plan(graph, std::array{graph.output, graph.features}, &quantization);
  EXPECT_TRUE(asked.steps[3].storage.is_float());
  EXPECT_TRUE(asked.steps[1].storage.is_float()) << "its residual has the same storage";
}

TEST(Quantization, StaysNearTheFloats) {
  // Random weights are unkind: trained networks stay nearer (docs/speed.md).
  for (const char* name : {"mobilenet_v2", "resnet18", "efficientnet_b0", "convnext_atto", "vgg16",
                           "mobilenet_v3_small", "xception_keras", "densenet121", "inception_v3"}) {
    const Graph graph = build_model(name, {.classes = 8, .input_px = 96});
    const StateDict weights = testing::random_weights(graph, 5);
    const std::vector<float> images = testing::random_images(graph, 4, 6);
    Quantization quantization = measured(graph, weights, images);
    EXPECT_EQ(quantization.pictures, 4);
    const std::vector<float> floats = logits(NativeExecutor(graph, weights), images);
    const std::vector<float> integers =
        logits(NativeExecutor(graph, weights, std::array{graph.output}, &quantization), images);
    const double distance = testing::relative_distance(integers, floats);
    EXPECT_GT(distance, 0) << name << " did not multiply integers";
    EXPECT_LT(distance, 0.15) << name;
  }
}

TEST(Quantization, GivesTheSameBitsForAnyBatchSize) {
  for (const char* name : {"mobilenet_v2", "resnet50", "convnext_atto"}) {
    const Graph graph = build_model(name, {.classes = 8, .input_px = 64});
    const StateDict weights = testing::random_weights(graph, 5);
    const std::vector<float> images = testing::random_images(graph, 14, 6);  // 8 + 4 + 2
    Quantization quantization = measured(graph, weights, std::span(images).first(images.size() / 14));
    const NativeExecutor network(graph, weights, std::array{graph.output, graph.features}, &quantization);
    std::vector<float> together(
        14 * static_cast<std::size_t>(network.output_shape(0).size() + network.output_shape(1).size())),
        alone(together.size());
    network.run(images, 14, 1, together);
    for (std::size_t i = 0; i < 14; ++i)
      network.run(std::span(images).subspan(i * images.size() / 14, images.size() / 14), 1, 1,
                  std::span(alone).subspan(i * alone.size() / 14, alone.size() / 14));
    EXPECT_EQ(together, alone) << name;
  }
}

TEST(Quantization, RoundsToTheNearestIntegerThatTheStorageHas) {
  const std::vector<float> x{0.f, 0.24f, 0.26f, -0.26f, 100.f, -100.f, 0.75f, -64.f};
  std::array<std::byte, 8> bytes;
  to_integers(x.data(), x.size(), {StorageType::Signed8, 0.5f}, bytes.data());
  EXPECT_THAT(std::vector<int>(reinterpret_cast<std::int8_t*>(bytes.data()),
                               reinterpret_cast<std::int8_t*>(bytes.data()) + 8),
              ElementsAre(0, 0, 1, -1, 127, -128, 2, -128));
  to_integers(x.data(), x.size(), {StorageType::Unsigned8, 0.5f}, bytes.data());
  EXPECT_THAT(std::vector<int>(reinterpret_cast<std::uint8_t*>(bytes.data()),
                               reinterpret_cast<std::uint8_t*>(bytes.data()) + 8),
              ElementsAre(0, 0, 1, 0, 200, 0, 2, 0));
}

TEST(Quantization, AveragesIntegers) {
  const std::array<std::int8_t, 8> map{-128, 1, 2, 3, 127, 3, 2, 5};  // 2 × 1 positions, 4 channels
  std::array<float, 2> as_floats;
  std::memcpy(as_floats.data(), map.data(), sizeof map);
  std::vector<float> means(4);
  global_avg_pool(as_floats.data(), {4, 2, 1}, {StorageType::Signed8, 0.5f}, means.data());
  EXPECT_THAT(means, ElementsAre(FloatEq(-0.25f), FloatEq(1.f), FloatEq(1.f), FloatEq(2.f)));
  global_avg_pool(as_floats.data(), {4, 2, 1}, {StorageType::Unsigned8, 0.5f}, means.data());
  EXPECT_THAT(means, ElementsAre(FloatEq(63.75f), FloatEq(1.f), FloatEq(1.f), FloatEq(2.f)));
}

}  // namespace
}  // namespace giemsa
