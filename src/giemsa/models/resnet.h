#pragma once
#include <array>

#include "giemsa/graph/flavour.h"
#include "giemsa/graph/graph.h"
#include "giemsa/models/options.h"

namespace giemsa {

/// Blocks of the four stages, and whether a block narrows its channels in between (50 layers and more).
struct ResNetVariant {
  std::array<int, 4> depths;
  bool bottleneck;
};

/// ResNet (He et al. 2015, arXiv 1512.03385, table 1). Names follow torchvision's state dict.
/// torchvision: the stride lies in the 3 × 3 convolution ("v1.5"), convolutions have no biases. Keras: in the
/// first 1 × 1, with biases.
Graph build_resnet(const ModelOptions& options, const ResNetVariant& variant, Flavour flavour);

}  // namespace giemsa
