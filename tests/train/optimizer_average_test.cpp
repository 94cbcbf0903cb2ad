#include <gtest/gtest.h>

#include "giemsa/train/weight_average.h"
#include "train/optimizer_network.h"

namespace giemsa {
namespace {

TEST(WeightAverage, FollowsAllParametersByTheShareThatDecayLeaves) {
  const Graph graph = optimizer_graph();
  TorchParams params = filled_params(graph, [](std::size_t, std::size_t) { return 1.0; });
  WeightAverage average(params);
  const auto change = [&](float value, double decay) {
    const torch::NoGradGuard no_grad;
    for (torch::Tensor& param : params) param.fill_(value);
    average.update(params, decay);
  };
  change(5, 0.75);  // 1 + 0.25 · (5 - 1)
  change(0, 0.5);
  change(9, 1);
  ASSERT_EQ(average.values().size(), params.size());
  for (std::size_t i = 0; i < params.size(); ++i) {
    EXPECT_TRUE(torch::equal(average.values()[i], torch::ones_like(params[i]))) << graph.params[i].name;
    EXPECT_EQ(average.values()[i].strides(), params[i].strides()) << graph.params[i].name;
  }
}

TEST(EmaDecay, IsWarmedUp) {
  const struct {
    double decay;
    std::int64_t step;
    double expected;
  } cases[] = {
      {0.998, 0, 0.1}, {0.998, 8, 0.5}, {0.998, 90, 0.91}, {0.998, 1'000'000, 0.998}, {0.05, 0, 0.05}};
  for (const auto& [decay, step, expected] : cases) {
    EXPECT_NEAR(ema_decay_at(decay, step), expected, 1e-12) << decay << ", step " << step;
  }
}

}  // namespace
}  // namespace giemsa
