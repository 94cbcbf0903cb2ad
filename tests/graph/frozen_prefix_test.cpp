#include "giemsa/graph/frozen_prefix.h"

#include <gtest/gtest.h>

#include "giemsa/graph/builder.h"
#include "giemsa/graph/freeze.h"

namespace giemsa::testing {
namespace {

/// input, a, act, b, sum (of act and b), pool, drop, fc
Graph residual() {
  GraphBuilder g({3, 8, 8});
  Value x = g.conv("a", g.input(), 4, {.kernel = 3});
  x = g.activation("act", x, Activation::Relu);
  x = g.add("sum", x, g.conv("b", x, 4, {.kernel = 3}));
  const Value pooled = g.dropout("drop", g.global_avg_pool("pool", x), 0.5);
  return g.finish(x, g.linear("fc", pooled, 2), "fc");
}

NodeId named(const Graph& graph, std::string_view name) {
  for (std::size_t id = 0; id < graph.nodes.size(); ++id) {
    if (graph.nodes[id].name == name) return static_cast<NodeId>(id);
  }
  return -1;
}

TEST(FrozenPrefix, EndsBeforeWhatIsTrainedOrRandom) {
  const Graph graph = residual();
  const struct {
    const char* plan;
    const char* last;
  } cases[] = {
      {"backbone", "pool"},  // the dropout behind it draws anew each time
      {"layers a", "act"},   // "b" is trained
      {"layers b", ""},      // "a" is trained
      {"none", ""},
  };
  for (const auto& [plan, last] : cases) {
    const NodeId expected = *last ? named(graph, last) : 0;
    EXPECT_EQ(frozen_prefix(graph, frozen_nodes(graph, plan)), expected) << plan;
  }
}

TEST(FrozenPrefix, DoesNotEndWithinABranch) {
  const Graph graph = residual();
  // Everything but the sum is frozen by hand up to "b": the sum still reads "act" beside "b".
  std::vector<char> frozen(graph.nodes.size(), 0);
  frozen[named(graph, "a")] = frozen[named(graph, "b")] = 1;
  EXPECT_EQ(frozen_prefix(graph, frozen), named(graph, "pool"));  // add and pool have no parameters
  Graph other = graph;
  other.nodes[named(graph, "sum")].params = {0};  // were the sum trained, only "act" is read alone
  EXPECT_EQ(frozen_prefix(other, frozen), named(graph, "act"));
}

}  // namespace
}  // namespace giemsa::testing
