// The way back through each operation, against central differences in double precision.

#include <gtest/gtest.h>

#include "giemsa/infer/gradient_executor.h"
#include "infer/op_cases.h"
#include "infer/random_network.h"
#include "infer/reference_executor.h"

namespace giemsa {
namespace {

constexpr double kTolerance = 2e-5;

/// The case with a head of three logits, which weigh each position and channel otherwise.
Graph graph_of(const testing::OpCase& test) {
  GraphBuilder g(test.input);
  const Value features = test.build(g, g.input());
  return g.finish(features, g.linear("head", g.flatten("flat", features), 3), "head");
}

class GradientOps : public ::testing::TestWithParam<testing::OpCase> {};

TEST_P(GradientOps, AgreesWithCentralDifferences) {
  const Graph graph = graph_of(GetParam());
  const StateDict weights = testing::random_weights(graph, 1);
  std::vector<float> image = testing::random_images(graph, 1, 2);
  const NodeId picture = 0;
  const GradientExecutor network(graph, weights, {&picture, 1});
  const testing::ReferenceExecutor reference(graph, weights);
  const int asked = 1;
  const GradientExecutor::Result result = network.run(image, asked);
  ASSERT_EQ(result.taps[0].activation, image);
  EXPECT_LE(testing::relative_error(result.logits, reference.run(image, graph.output)), kTolerance);

  std::vector<double> expected;
  for (float& x : image) {
    constexpr float kStep = 0x1p-13f;
    const float before = x;
    const auto logit_at = [&](float value) {
      x = value;
      return reference.run(image, graph.output)[asked];
    };
    const float above = before + kStep, below = before - kStep;
    expected.push_back((logit_at(above) - logit_at(below)) / (double{above} - below));
    x = before;
  }
  EXPECT_LE(testing::relative_error(result.taps[0].gradient, expected), kTolerance);
}

INSTANTIATE_TEST_SUITE_P(Infer, GradientOps, ::testing::ValuesIn(testing::kOpCases),
                         [](const auto& test) { return std::string(test.param.name); });

}  // namespace
}  // namespace giemsa
