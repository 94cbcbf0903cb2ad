// The way back through each operation, against central differences in double precision.

#include <gtest/gtest.h>

#include "giemsa/infer/gradient_executor.h"
#include "infer/op_cases.h"
#include "infer/random_network.h"
#include "infer/reference_executor.h"

namespace giemsa {
namespace {

constexpr double kTolerance = 2e-5;

class GradientOps : public ::testing::TestWithParam<testing::OpCase> {};

TEST_P(GradientOps, AgreesWithCentralDifferences) {
  const Graph graph = testing::network_of(GetParam(), 3);
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
