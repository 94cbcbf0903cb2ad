#pragma once
#include <array>
#include <string_view>

#include "giemsa/graph/flavour.h"
#include "giemsa/graph/graph.h"
#include "giemsa/models/options.h"

namespace giemsa {

/// Depth and width of the four stages.
struct ConvNextVariant {
  std::array<int, 4> depths;
  int width;                    ///< channels of the first stage; each further stage has twice as many
  std::string_view keras = {};  ///< what its layers' names begin with in Keras, e.g. "convnext_tiny"
};

/// ConvNeXt (Liu et al. 2022, arXiv 2201.03545; the variants below tiny are timm's).
/// Names follow timm's state dict in both flavours. The Keras flavour (variants with a name there only) takes
/// RGB in [0, 255], and its features end with a layer norm of the map, as Keras builds it without its top.
Graph build_convnext(const ModelOptions& options, const ConvNextVariant& variant, Flavour flavour);

}  // namespace giemsa
