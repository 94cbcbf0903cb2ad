#include "giemsa/graph/frozen_prefix.h"

#include <algorithm>

namespace giemsa {

namespace {

bool is_fixed(const Node& node, bool frozen) {
  const bool random =
      std::holds_alternative<DropoutOp>(node.op) || std::holds_alternative<DropPathOp>(node.op);
  return frozen || (node.params.empty() && !random);
}

}  // namespace

NodeId frozen_prefix(const Graph& graph, const std::vector<char>& frozen) {
  std::vector<NodeId> last_reader(graph.nodes.size(), -1);
  for (std::size_t id = 0; id < graph.nodes.size(); ++id) {
    for (const NodeId input : graph.nodes[id].inputs) last_reader[input] = static_cast<NodeId>(id);
  }
  NodeId prefix = 0, needed_until = -1;  // the last reader of any node before `id`
  for (NodeId id = 0; id < graph.output && is_fixed(graph.nodes[id], frozen[id]); ++id) {
    if (needed_until <= id) prefix = id;
    needed_until = std::max(needed_until, last_reader[id]);
  }
  return prefix;
}

}  // namespace giemsa
