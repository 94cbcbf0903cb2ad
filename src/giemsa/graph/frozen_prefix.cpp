#include "giemsa/graph/frozen_prefix.h"

#include "giemsa/graph/cut.h"

namespace giemsa {

namespace {

bool is_fixed(const Node& node, bool frozen) {
  const bool random =
      std::holds_alternative<DropoutOp>(node.op) || std::holds_alternative<DropPathOp>(node.op);
  return frozen || (node.params.empty() && !random);
}

}  // namespace

NodeId frozen_prefix(const Graph& graph, const std::vector<char>& frozen) {
  NodeId fixed = -1;  // the last node before the first that changes
  while (fixed + 1 < graph.output && is_fixed(graph.nodes[fixed + 1], frozen[fixed + 1])) ++fixed;
  NodeId prefix = 0;
  for (const NodeId cut : cuts(graph)) {
    if (cut <= fixed) prefix = cut;
  }
  return prefix;
}

}  // namespace giemsa
