#include "giemsa/graph/cut.h"

#include <algorithm>

namespace giemsa {

std::vector<NodeId> cuts(const Graph& graph) {
  std::vector<NodeId> last_reader(graph.nodes.size(), -1);
  for (std::size_t id = 0; id < graph.nodes.size(); ++id) {
    for (const NodeId input : graph.nodes[id].inputs) last_reader[input] = static_cast<NodeId>(id);
  }
  std::vector<NodeId> found;
  NodeId needed_until = -1;  // the last reader of any node before `id`
  for (NodeId id = 0; id < graph.output; ++id) {
    if (needed_until <= id) found.push_back(id);
    needed_until = std::max(needed_until, last_reader[id]);
  }
  return found;
}

NodeId smallest_cut(const Graph& graph, double share) {
  std::vector<std::int64_t> behind(graph.nodes.size() + 1);  // parameters of the nodes from this one on
  for (const Param& param : graph.params) behind[param.node] += param.size();
  for (std::size_t id = graph.nodes.size(); id-- > 0;) behind[id] += behind[id + 1];
  const double wanted = share * static_cast<double>(behind[0]);
  NodeId best = 0;
  for (const NodeId id : cuts(graph)) {
    const bool enough = static_cast<double>(behind[id + 1]) >= wanted;
    if (enough && graph.nodes[id].shape.size() < graph.nodes[best].shape.size()) best = id;
  }
  return best;
}

}  // namespace giemsa
