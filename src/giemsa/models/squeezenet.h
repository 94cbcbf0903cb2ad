#pragma once
#include <array>

#include "giemsa/graph/graph.h"
#include "giemsa/models/options.h"

namespace giemsa {

/// The first convolution, and where the map is halved.
struct SqueezeNetVariant {
  int stem_channels, stem_kernel;
  std::array<int, 2> fires_before_pool;  ///< fire modules before the second and before the third max pooling
};

/// SqueezeNet (Iandola et al. 2016, arXiv 1602.07360, table 1; 1.1 is its authors' faster version). Names
/// follow torchvision's state dict.
Graph build_squeezenet(const ModelOptions& options, const SqueezeNetVariant& variant);

}  // namespace giemsa
