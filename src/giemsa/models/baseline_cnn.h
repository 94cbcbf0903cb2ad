#pragma once
#include "giemsa/graph/graph.h"
#include "giemsa/models/options.h"

namespace giemsa {

/// The first network of report DL Bois: two convolutions, two max poolings, ReLU, flatten, dense layers.
/// The report does not give sizes; 32 and 64 filters of 3 × 3 and 128 dense units are ours.
Graph build_baseline_cnn(const ModelOptions& options);

/// The second network of report DL Bois: one more convolution, and an L2 penalty (HeadOptions::l2) on the
/// dense kernels beside the dropout. 128 filters of 3 × 3 in the third convolution are ours.
Graph build_baseline_cnn3(const ModelOptions& options);

}  // namespace giemsa
