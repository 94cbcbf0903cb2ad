// Each operation and fusion against double precision.

#include <gtest/gtest.h>

#include "giemsa/infer/native_executor.h"
#include "infer/op_cases.h"
#include "infer/random_network.h"
#include "infer/reference_executor.h"

namespace giemsa {
namespace {

constexpr double kTolerance = 2e-6;

class Ops : public ::testing::TestWithParam<testing::OpCase> {};

TEST_P(Ops, AgreesWithDoublePrecision) {
  GraphBuilder builder(GetParam().input);
  const Value y = GetParam().build(builder, builder.input());
  // The op under test is an inner value: the head only closes the graph.
  const Graph graph =
      builder.finish(y, builder.linear("head", builder.global_avg_pool("pool", y), 2), "head");
  const StateDict weights = testing::random_weights(graph, 1);
  constexpr std::size_t kImages = 2;
  const std::vector<float> images = testing::random_images(graph, kImages, 2);
  const std::size_t image_size = images.size() / kImages;

  for (const NodeId until : {graph.features, graph.output}) {
    const NativeExecutor network(graph, weights, until);
    const auto size = static_cast<std::size_t>(network.output_shape().size());
    std::vector<float> out(kImages * size);
    network.run(images, kImages, 1, out);
    for (std::size_t i = 0; i < kImages; ++i) {
      const auto expected = testing::ReferenceExecutor(graph, weights)
                                .run(std::span(images).subspan(i * image_size, image_size), until);
      EXPECT_LE(testing::relative_error(std::span(out).subspan(i * size, size), expected), kTolerance)
          << "picture " << i << ", node " << graph.nodes[until].name;
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Infer, Ops, ::testing::ValuesIn(testing::kOpCases),
                         [](const auto& test) { return test.param.name; });

}  // namespace
}  // namespace giemsa
