#include "giemsa/graph/memory.h"

namespace giemsa {

MemoryNeed memory_need(const Graph& graph, std::span<const char> frozen) {
  constexpr std::int64_t kFloat = sizeof(float), kStatesPerParameter = 4;
  MemoryNeed need;
  bool backward = false;
  for (std::size_t id = 0; id < graph.nodes.size(); ++id) {
    const Node& node = graph.nodes[id];
    for (const int p : node.params) {
      const Param& param = graph.params[p];
      need.weights += kFloat * param.size();
      if (frozen[id] || is_statistic(param.kind)) continue;
      need.training_state += kFloat * kStatesPerParameter * param.size();
      if (!backward) need.maps_per_picture += kFloat * graph.nodes[node.inputs[0]].shape.size();
      backward = true;
    }
    if (backward) need.maps_per_picture += kFloat * node.shape.size();
  }
  return need;
}

}  // namespace giemsa
