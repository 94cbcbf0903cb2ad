#include "giemsa/infer/plan.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>

#include "giemsa/graph/builder.h"
#include "giemsa/infer/arena.h"
#include "giemsa/models/registry.h"

namespace giemsa {
namespace {

using ::testing::ElementsAre;

TEST(Plan, FusesANetworkToItsConvolutions) {
  // MobileNetV2: the picture, 52 convolutions, pooling, dense layer; batch norms, activations and sums
  // vanish.
  const Graph mobilenet = build_model("mobilenet_v2", {});
  EXPECT_EQ(make_plan(mobilenet, std::array{mobilenet.output}).steps.size(), 55u);
  // ConvNeXt, 12 blocks: the picture, stem and its norm, per block convolution, norm and two dense layers,
  // three downsamplings of norm and convolution, pooling, norm, dense layer.
  const Graph convnext = build_model("convnext_atto", {.drop_path = 0.2});
  EXPECT_EQ(make_plan(convnext, std::array{convnext.output}).steps.size(), 1u + 2 + 12 * 4 + 3 * 2 + 3);
}

TEST(Plan, AddsIntoTheResidualsPlace) {
  GraphBuilder g({8, 6, 6});
  const Value x = g.conv("x", g.input(), 8, {});
  const Value y = g.conv("y", x, 32, {});
  const Value sum = g.add("sum", x, g.batch_norm("bn", g.conv("z", y, 8, {})));
  const Value relu = g.activation("relu", sum, Activation::Relu);
  const Graph graph = g.finish(relu, g.global_avg_pool("pool", relu), "head");
  const Plan plan = make_plan(graph, std::array{graph.features});
  ASSERT_EQ(plan.steps.size(), 4u);
  const Step& last = plan.steps[3];
  EXPECT_EQ(graph.nodes[last.node].name, "z");
  EXPECT_THAT(last.scales, ElementsAre(4));
  EXPECT_EQ(last.residual, 1);
  EXPECT_EQ(last.activation->kind, Activation::Relu);
  EXPECT_EQ(last.offset, plan.steps[1].offset);
  EXPECT_THAT(plan.outputs, ElementsAre(3));
}

TEST(Plan, LeavesOutWhatTheValueDoesNotNeed) {
  const Graph graph = build_model("mobilenet_v2", {});
  const Plan plan = make_plan(graph, std::array{graph.features});
  EXPECT_EQ(plan.steps.back().value, graph.features);
  EXPECT_EQ(plan.steps.size(), 53u);
}

TEST(Arena, SharesMemoryBetweenBuffersThatAreNotInUseTogether) {
  const Lifetime lifetimes[] = {{100, 0, 1}, {50, 1, 2}, {100, 2, 3}, {30, 1, 3}};
  const Arena arena = place(lifetimes, 16);
  EXPECT_THAT(arena.offsets, ElementsAre(0u, 112u, 0u, 176u));
  EXPECT_EQ(arena.size, 208u);
}

TEST(Arena, FillsAGapThatIsWideEnough) {
  // The first two are in use together with all; the third goes before them, the fourth between.
  const Lifetime lifetimes[] = {{64, 0, 1}, {48, 0, 9}, {32, 2, 9}, {32, 3, 9}};
  EXPECT_THAT(place(lifetimes, 16).offsets, ElementsAre(0u, 64u, 0u, 32u));
}

}  // namespace
}  // namespace giemsa
