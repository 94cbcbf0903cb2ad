#include "giemsa/train/freeze.h"

#include "giemsa/graph/freeze.h"

namespace giemsa {

std::vector<char> apply_freeze(const Graph& graph, TorchParams& params, const std::string& plan) {
  std::vector<char> frozen = frozen_nodes(graph, plan);
  for (std::size_t i = 0; i < params.size(); ++i) {
    const Param& param = graph.params[i];
    params[i].requires_grad_(!is_statistic(param.kind) && !frozen[param.node]);
  }
  return frozen;
}

}  // namespace giemsa
