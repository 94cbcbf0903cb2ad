#pragma once
#include <cstdint>
#include <span>

#include "giemsa/graph/graph.h"

namespace giemsa {

/// What training a network takes, in bytes of fp32; an estimate for people who plan a run.
struct MemoryNeed {
  /// All parameters and statistics.
  std::int64_t weights = 0;
  /// Gradients, AdamW's two moments and the moving average of what trains.
  std::int64_t training_state = 0;
  /// Kept for the backward pass: every map from the first trained layer on.
  std::int64_t maps_per_picture = 0;
};

/// frozen: by node, see graph/freeze.h.
MemoryNeed memory_need(const Graph& graph, std::span<const char> frozen);

}  // namespace giemsa
