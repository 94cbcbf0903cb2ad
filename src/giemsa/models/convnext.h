#pragma once
#include <array>

#include "giemsa/graph/graph.h"
#include "giemsa/models/options.h"

namespace giemsa {

/// Depth and width of the four stages.
struct ConvNextVariant {
  std::array<int, 4> depths;
  int width;  ///< channels of the first stage; each further stage has twice as many
};

/// ConvNeXt (Liu et al. 2022, arXiv 2201.03545; the variants below tiny are timm's).
/// Names follow timm's state dict.
Graph build_convnext(const ModelOptions& options, const ConvNextVariant& variant);

}  // namespace giemsa
