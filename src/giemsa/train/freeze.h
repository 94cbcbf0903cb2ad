#pragma once
#include <string>
#include <vector>

#include "giemsa/train/torch_network.h"

namespace giemsa {

/// Makes the parameters of a stage ask for gradients and the others not. plan: see graph/freeze.h.
/// Returns, per node, whether it acts as in prediction (ForwardMode::frozen_nodes).
std::vector<char> apply_freeze(const Graph& graph, TorchParams& params, const std::string& plan);

}  // namespace giemsa
