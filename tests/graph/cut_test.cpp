#include "giemsa/graph/cut.h"

#include <gmock/gmock.h>

#include "giemsa/graph/builder.h"

namespace giemsa::testing {
namespace {

using ::testing::ElementsAre;

/// Nodes and their values: input 3×8×8, a 4×8×8, act, b 4×8×8, sum (of act and b), down 2×4×4, pool 2, fc 2.
Graph residual() {
  GraphBuilder g({3, 8, 8});
  Value x = g.conv("a", g.input(), 4, {.kernel = 3});  // 108 + 4 parameters
  x = g.activation("act", x, Activation::Relu);
  x = g.add("sum", x, g.conv("b", x, 4, {.kernel = 3}));                      // 144 + 4
  x = g.conv("down", x, 2, {.kernel = 3, .stride = 2});                       // 72 + 2
  return g.finish(x, g.linear("fc", g.global_avg_pool("pool", x), 2), "fc");  // 4 + 2
}

std::vector<std::string> names_of(const Graph& graph, const std::vector<NodeId>& nodes) {
  std::vector<std::string> names;
  for (const NodeId node : nodes) names.push_back(graph.nodes[static_cast<std::size_t>(node)].name);
  return names;
}

TEST(Cuts, AreWhereOneValueCarriesAll) {
  const Graph graph = residual();
  // Behind "b" both its value and that of "act" are read.
  EXPECT_THAT(names_of(graph, cuts(graph)),
              ElementsAre(graph.nodes[0].name, "a", "act", "sum", "down", "pool"));
}

TEST(SmallestCut, HasEnoughParametersBehindIt) {
  const Graph graph = residual();
  const double all = 108 + 144 + 72 + 4 + 10;  // with biases, which all convolutions have by default
  std::int64_t parameters = 0;
  for (const Param& param : graph.params) parameters += param.size();
  const struct {
    double behind;
    const char* cut;
  } cases[] = {
      {0, "pool"},  // 2 values, 6 parameters behind
      {6 / all, "pool"},
      {7 / all, "input"},  // 192 values; those of "sum" are 256, as those of "down" are 32 with 6 behind
      {1, "input"},
  };
  for (const auto& [behind, cut] : cases) {
    const NodeId node = smallest_cut(graph, behind * all / static_cast<double>(parameters));
    EXPECT_EQ(node == 0 ? "input" : graph.nodes[static_cast<std::size_t>(node)].name, cut) << behind;
  }
}

TEST(SmallestCut, OfEqualOnesIsTheFirst) {
  GraphBuilder g({3, 8, 8});
  Value x = g.conv("small", g.input(), 2, {.kernel = 3, .stride = 2});
  x = g.activation("act", x, Activation::Relu);
  x = g.conv("same", x, 2, {.kernel = 3});
  const Graph graph = g.finish(x, g.linear("fc", g.global_avg_pool("pool", x), 2), "fc");
  EXPECT_THAT(names_of(graph, {smallest_cut(graph, 0.4)}), ElementsAre("small"));
}

}  // namespace
}  // namespace giemsa::testing
