#pragma once
#include "giemsa/graph/flavour.h"
#include "giemsa/graph/graph.h"
#include "giemsa/models/options.h"

namespace giemsa {

/// DenseNet-121 (Huang et al. 2016, arXiv 1608.06993, table 1; growth 32, bottlenecks, compression 0.5).
/// Names follow torchvision's state dict; the features are those behind the last norm and ReLU.
Graph build_densenet121(const ModelOptions& options, Flavour flavour);

}  // namespace giemsa
