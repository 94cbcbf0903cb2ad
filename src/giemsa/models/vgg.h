#pragma once
#include "giemsa/graph/flavour.h"
#include "giemsa/graph/graph.h"
#include "giemsa/models/options.h"

namespace giemsa {

/// Depth and norms of a VGG.
struct VggVariant {
  int convs_per_late_block;  ///< of blocks 3 to 5: 3 makes VGG-16, 4 VGG-19
  bool batch_norm = false;   ///< torchvision only
};

/// VGG (Simonyan and Zisserman 2014, arXiv 1409.1556, table 1, columns D and E). Names follow torchvision's
/// state dict. Head: torchvision's three dense layers over an average of 7 × 7 parts; in the Keras flavour
/// pooling, dropout and one dense layer "predictions", since the dense layers of Keras fit inputs of 224 px
/// only.
Graph build_vgg(const ModelOptions& options, const VggVariant& variant, Flavour flavour);

}  // namespace giemsa
