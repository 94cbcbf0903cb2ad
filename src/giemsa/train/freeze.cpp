#include "giemsa/train/freeze.h"

namespace giemsa {

std::vector<char> apply_freeze(const Graph& graph, TorchParams& params, const std::string& plan) {
  const auto is_frozen = [&](const std::string& name) { return plan == "backbone" && !graph.in_head(name); };
  for (std::size_t i = 0; i < params.size(); ++i) {
    const Param& param = graph.params[i];
    params[i].requires_grad_(!is_statistic(param.kind) && !is_frozen(param.name));
  }
  std::vector<char> frozen_nodes;
  for (const Node& node : graph.nodes) frozen_nodes.push_back(is_frozen(node.name));
  return frozen_nodes;
}

}  // namespace giemsa
