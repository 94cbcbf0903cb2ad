#pragma once
#include "giemsa/graph/graph.h"
#include "giemsa/models/options.h"

namespace giemsa {

/// The first network of report DL Bois: two convolutions, two max poolings, ReLU, flatten, dense layers.
/// The report does not give sizes; 32 and 64 filters of 3 × 3 and 128 dense units are ours.
Graph build_baseline_cnn(const ModelOptions& options);

}  // namespace giemsa
