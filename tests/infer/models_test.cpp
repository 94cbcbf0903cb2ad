// Every registered network against double precision; a new one is taken up by itself.

#include <gtest/gtest.h>

#include "giemsa/graph/layer_table.h"
#include "giemsa/infer/native_executor.h"
#include "giemsa/models/registry.h"
#include "infer/random_network.h"
#include "infer/reference_executor.h"
#include "models/networks.h"

namespace giemsa {
namespace {

constexpr double kTolerance = 1e-4;
/// Beyond this the reference, a plain loop, takes seconds: such networks are compared at 32 px, or at their
/// smallest input.
constexpr std::int64_t kMostMultiplyAdds = 600'000'000;

Graph build(const ModelEntry& model, std::int64_t input_px) {
  return model.build({.classes = 8, .input_px = input_px, .dropout = 0.2, .drop_path = 0.1});
}

class Models : public ::testing::TestWithParam<ModelEntry> {};

TEST_P(Models, AgreesWithDoublePrecision) {
  const ModelEntry& model = GetParam();
  Graph graph = build(model, std::max(64, model.min_input_px));
  if (layer_table(graph).multiply_adds > kMostMultiplyAdds) {
    graph = build(model, std::max(32, model.min_input_px));
  }
  const StateDict weights = testing::random_weights(graph, 3);
  const std::vector<float> image = testing::random_images(graph, 1, 4);
  for (const NodeId until : {graph.features, graph.output}) {
    const NativeExecutor network(graph, weights, until);
    ASSERT_EQ(network.output_shape(), graph.nodes[until].shape);
    std::vector<float> out(static_cast<std::size_t>(network.output_shape().size()));
    network.run(image, 1, 1, out);
    EXPECT_LE(testing::relative_error(out, testing::ReferenceExecutor(graph, weights).run(image, until)),
              kTolerance)
        << graph.nodes[until].name;
  }
}

void expect_same_bits_together(const Graph& graph) {
  constexpr std::size_t kImages = 8 + 4 + 2;  // each size of batches
  const NativeExecutor network(graph, testing::random_weights(graph, 3));
  const std::vector<float> images = testing::random_images(graph, kImages, 4);
  std::vector<float> together(kImages * 8), alone(kImages * 8);
  network.run(images, kImages, 1, together);
  for (std::size_t i = 0; i < kImages; ++i) {
    network.run(std::span(images).subspan(i * images.size() / kImages, images.size() / kImages), 1, 1,
                std::span(alone).subspan(i * 8, 8));
  }
  EXPECT_EQ(together, alone);
}

TEST_P(Models, GivesTheSameBitsForSeveralPictures) {
  expect_same_bits_together(build(GetParam(), std::max(64, GetParam().min_input_px)));
}

/// Late maps of other sizes: 7 × 7, 14 × 14.
TEST(ModelsAt224, GiveTheSameBitsForSeveralPictures) {
  for (const char* name : {"mobilenet_v2", "resnet50", "convnext_atto"}) {
    SCOPED_TRACE(name);
    expect_same_bits_together(build(find_model(name), 224));
  }
}

INSTANTIATE_TEST_SUITE_P(Infer, Models, testing::every_network(), testing::name_of);

}  // namespace
}  // namespace giemsa
