#pragma once
#include <vector>

#include "giemsa/graph/graph.h"

namespace giemsa {

/// The last node up to which a network gives the same value for the same picture during a whole stage, so that
/// its value may be computed once: all nodes up to it are frozen or have neither parameters nor randomness,
/// and no later node reads an earlier one. frozen: [nodes], as frozen_nodes() gives it. 0 (the input) where
/// the first layers are trained.
NodeId frozen_prefix(const Graph& graph, const std::vector<char>& frozen);

}  // namespace giemsa
