#pragma once
#include "giemsa/graph/graph.h"
#include "giemsa/models/options.h"

namespace giemsa {

/// Whose padding and epsilon a network follows; its weights only fit one of them.
enum class Flavour {
  Torchvision,  ///< symmetric padding, batch-norm epsilon 1e-5
  Keras,        ///< TensorFlow's SAME padding, batch-norm epsilon 1e-3
};

/// MobileNetV2 1.0 (Sandler et al. 2018, arXiv 1801.04381, table 2). Names follow torchvision's state dict.
Graph build_mobilenet_v2(const ModelOptions& options, Flavour flavour);

}  // namespace giemsa
