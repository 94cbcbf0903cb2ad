#pragma once
#include "giemsa/graph/flavour.h"
#include "giemsa/graph/graph.h"
#include "giemsa/models/options.h"

namespace giemsa {

/// MobileNetV2 1.0 (Sandler et al. 2018, arXiv 1801.04381, table 2). Names follow torchvision's state dict.
Graph build_mobilenet_v2(const ModelOptions& options, Flavour flavour);

}  // namespace giemsa
