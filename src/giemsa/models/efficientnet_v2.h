#pragma once
#include "giemsa/graph/flavour.h"
#include "giemsa/graph/graph.h"
#include "giemsa/models/options.h"

namespace giemsa {

/// EfficientNetV2-S (Tan and Le 2021, arXiv 2104.00298). Names follow torchvision's state dict. The Keras
/// flavour takes bytes.
Graph build_efficientnet_v2_s(const ModelOptions& options, Flavour flavour);

}  // namespace giemsa
