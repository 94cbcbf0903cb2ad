#pragma once
#include <cstdint>
#include <vector>

#include "giemsa/graph/builder.h"
#include "giemsa/models/options.h"

namespace giemsa {

/// A row of the papers' tables: `repeats` blocks, the first with the stride. Fused blocks (FusedMBConv) have
/// a plain convolution for the expansion and the depthwise one, and no squeeze and excitation.
struct EfficientNetStage {
  bool fused;
  int expansion, kernel, stride;
  std::int64_t out_channels;
  int repeats;
};

/// What tells one EfficientNet from another.
struct EfficientNetBody {
  float epsilon;  ///< of the batch norms
  std::int64_t stem_channels;
  std::vector<EfficientNetStage> stages;
  std::int64_t top_channels;
  const char* keras_depthwise;  ///< how Keras' names of depthwise convolutions end
  bool keras_pads;              ///< whether Keras pads at stride 2 by layers of their own
};

/// Stem, stages, top and the head that the options ask for, behind the picture as the stem takes it
/// ([3, H, W], in the Keras flavour already rescaled). Names follow torchvision's state dict.
Graph build_efficientnet_body(GraphBuilder& g, Value picture, const EfficientNetBody& body,
                              const ModelOptions& options);

}  // namespace giemsa
