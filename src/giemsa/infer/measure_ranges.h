#pragma once
#include <span>

#include "giemsa/graph/graph.h"
#include "giemsa/graph/quantization.h"
#include "giemsa/weights/state_dict.h"

namespace giemsa {

/// Measures how large the values between a network's layers get, by running it in floats on pictures. The
/// range of a value is the mean over the pictures of its largest magnitude in a picture: single outliers are
/// cut off, not the largest values of ordinary pictures. outputs: the nodes that will be asked for; images:
/// [N, H, W, C], normalised, at least one; threads: 0 means one per processor.
Quantization measure_ranges(const Graph& graph, const StateDict& weights, std::span<const NodeId> outputs,
                            std::span<const float> images, int threads);

}  // namespace giemsa
