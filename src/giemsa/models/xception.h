#pragma once
#include "giemsa/graph/graph.h"
#include "giemsa/models/options.h"

namespace giemsa {

/// Xception (Chollet 2017, arXiv 1610.02357, figure 5) as Keras has it; torchvision has none. Names are ours.
Graph build_xception(const ModelOptions& options);

}  // namespace giemsa
