#pragma once
#include "giemsa/graph/flavour.h"
#include "giemsa/graph/graph.h"
#include "giemsa/models/options.h"

namespace giemsa {

enum class MobileNetV3Variant { Small, Large };

/// MobileNetV3 1.0 (Howard et al. 2019, arXiv 1905.02244, tables 1 and 2). Names follow torchvision's state
/// dict in both flavours. The Keras flavour takes RGB in [0, 255].
Graph build_mobilenet_v3(const ModelOptions& options, MobileNetV3Variant variant, Flavour flavour);

}  // namespace giemsa
