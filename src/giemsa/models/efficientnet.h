#pragma once
#include "giemsa/graph/flavour.h"
#include "giemsa/graph/graph.h"
#include "giemsa/models/options.h"

namespace giemsa {

struct EfficientNetVariant {
  int number;  ///< of B0 … B4
  Flavour flavour;
  /// As Keras builds it for its ImageNet weights: the picture is divided by the root of the standard
  /// deviation once more.
  bool keras_imagenet = false;
};

/// EfficientNet (Tan and Le 2019, arXiv 1905.11946). Names follow torchvision's state dict. The Keras
/// flavours take bytes.
Graph build_efficientnet(const ModelOptions& options, const EfficientNetVariant& variant);

}  // namespace giemsa
