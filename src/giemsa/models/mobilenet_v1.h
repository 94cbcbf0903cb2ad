#pragma once
#include "giemsa/graph/graph.h"
#include "giemsa/models/options.h"

namespace giemsa {

/// MobileNet 1.0 (Howard et al. 2017, arXiv 1704.04861, table 1) as Keras has it; torchvision has none.
/// Names follow timm's state dict.
Graph build_mobilenet_v1(const ModelOptions& options);

}  // namespace giemsa
