#include "giemsa/explain/taps.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "giemsa/graph/builder.h"
#include "giemsa/models/registry.h"
#include "models/networks.h"

namespace giemsa {
namespace {

using ::testing::ElementsAre;
using ::testing::FloatEq;

std::vector<std::string> names(const Graph& graph, const std::vector<NodeId>& nodes) {
  std::vector<std::string> result;
  for (const NodeId id : nodes)
    result.push_back(graph.nodes[id].name + " " + to_string(graph.nodes[id].shape));
  return result;
}

TEST(Taps, EndEachStageBeforeItsNextStride) {
  const Graph mobilenet = build_model("mobilenet_v2", {.input_px = 96});
  EXPECT_THAT(
      names(mobilenet, stage_ends(mobilenet)),
      ElementsAre("features.2.conv.0.2 96×48×48", "features.4.conv.0.2 144×24×24",
                  "features.7.conv.0.2 192×12×12", "features.14.conv.0.2 576×6×6", "features.18.2 1280×3×3"));
  EXPECT_THAT(names(mobilenet, layer_cam_taps(mobilenet)),
              ElementsAre("features.4.conv.0.2 144×24×24", "features.7.conv.0.2 192×12×12",
                          "features.14.conv.0.2 576×6×6"));
}

class TapsOfModels : public ::testing::TestWithParam<ModelEntry> {};

TEST_P(TapsOfModels, AreThereForEveryNetworkAndLieOnThePicture) {
  for (const int side : {std::max(96, GetParam().min_input_px), GetParam().min_input_px}) {
    const Graph graph = GetParam().build({.input_px = side});
    const std::vector<NodeId> taps = layer_cam_taps(graph);
    ASSERT_FALSE(taps.empty()) << side;
    ASSERT_LE(taps.size(), 3u);
    for (const NodeId tap : taps) {
      ASSERT_LE(tap, graph.features);
      const MapGrid grid = map_grid(graph, tap);
      const auto last = static_cast<double>(graph.nodes[tap].shape.height - 1);
      EXPECT_GE(grid.start_y, -1) << graph.nodes[tap].name;
      EXPECT_LE(grid.start_y + last * grid.step_y, side + grid.step_y / 2) << graph.nodes[tap].name;
      EXPECT_DOUBLE_EQ(grid.start_x, grid.start_y);
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Explain, TapsOfModels, testing::every_network(), testing::name_of);

MapGrid grid_of(GraphBuilder& g, Value x) {
  const Graph graph = g.finish(x, g.linear("head", g.global_avg_pool("mean", x), 2), "head");
  return map_grid(graph, x.node());
}

TEST(MapGrid, AddsUpKernelsStridesAndPaddings) {
  GraphBuilder g({3, 32, 32});
  Value x = g.conv("a", g.input(), 4, {.kernel = 3, .stride = 2});  // one pixel around: 0, 2, …
  EXPECT_EQ(grid_of(g, x).start_y, 0);
  g = GraphBuilder({3, 32, 32});
  x = g.conv("a", g.input(), 4, {.kernel = 3, .stride = 2, .padding = Padding{0, 0, 1, 1}});  // 1, 3, …
  x = g.max_pool("p", x);                                                                     // 2, 6, …
  x = g.conv("b", x, 4, {.kernel = {1, 3}, .padding = Padding{}});
  const MapGrid grid = grid_of(g, x);
  EXPECT_EQ(grid.start_y, 2);
  EXPECT_EQ(grid.start_x, 6);
  EXPECT_EQ(grid.step_y, 4);
  EXPECT_EQ(grid.step_x, 4);
}

TEST(MapGrid, OfPooledPartsIsTheirMiddle) {
  GraphBuilder g({3, 12, 12});
  const Value x = g.adaptive_avg_pool("p", g.input(), 3, 2);
  const MapGrid grid = grid_of(g, x);
  EXPECT_EQ(grid.start_y, 1.5);
  EXPECT_EQ(grid.step_y, 4);
  EXPECT_EQ(grid.start_x, 2.5);
  EXPECT_EQ(grid.step_x, 6);
}

TEST(ToPixels, DrawsPositionsWhereTheyLie) {
  const std::vector<float> map{0, 1};  // one row of two positions, at pixels 1 and 3
  const MapGrid grid{0, 1, 1, 2};
  EXPECT_THAT(to_pixels(map, {1, 1, 2}, grid, 4, 4),
              ElementsAre(0, 0, 0.5f, 1, 0, 0, 0.5f, 1, 0, 0, 0.5f, 1, 0, 0, 0.5f, 1));
  // The same drawn at half of the side: pixels 0.5 and 2.5.
  EXPECT_THAT(to_pixels(map, {1, 1, 2}, grid, 4, 2), ElementsAre(0, FloatEq(0.75f), 0, FloatEq(0.75f)));
}

}  // namespace
}  // namespace giemsa
