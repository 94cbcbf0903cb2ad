// EfficientNetV2-S: Tan and Le 2021, "EfficientNetV2: Smaller Models and Faster Training", arXiv 2104.00298.
// Layer names and deviations: see efficientnet_body.cpp.

#include "giemsa/models/efficientnet_v2.h"

#include <iterator>

#include "giemsa/models/efficientnet_body.h"

namespace giemsa {

namespace {

/// Table 4 of the paper: whether fused, expansion, kernel, stride, channels, repeats.
constexpr EfficientNetStage kStages[] = {
    {true, 1, 3, 1, 24, 2},   {true, 4, 3, 2, 48, 4},   {true, 4, 3, 2, 64, 4},
    {false, 4, 3, 2, 128, 6}, {false, 6, 3, 1, 160, 9}, {false, 6, 3, 2, 256, 15},
};

/// Keras scales bytes to [-1, 1) inside.
Value keras_scaling(GraphBuilder& g) {
  constexpr float kScale = 1.f / 128;
  return g.rescale({"rescaling", "rescaling"}, g.input(), {kScale, kScale, kScale}, {-1, -1, -1});
}

}  // namespace

Graph build_efficientnet_v2_s(const ModelOptions& options, Flavour flavour) {
  const EfficientNetBody body{.epsilon = 1e-3f,
                              .stem_channels = 24,
                              .stages = {std::begin(kStages), std::end(kStages)},
                              .top_channels = 1280,
                              .keras_depthwise = "dwconv2",
                              .keras_pads = false};
  GraphBuilder g({3, options.input_px, options.input_px}, flavour);
  return build_efficientnet_body(g, g.in_keras() ? keras_scaling(g) : g.input(), body, options);
}

}  // namespace giemsa
