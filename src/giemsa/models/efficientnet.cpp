// EfficientNet: Tan and Le 2019, "Rethinking Model Scaling for Convolutional Neural Networks", arXiv
// 1905.11946. Layer names and deviations: see efficientnet_body.cpp.

#include "giemsa/models/efficientnet.h"

#include <array>
#include <cmath>

#include "giemsa/models/efficientnet_body.h"

namespace giemsa {

namespace {

/// Table 1 of the paper: MBConv, expansion, kernel, stride, channels, repeats.
constexpr EfficientNetStage kStages[] = {
    {false, 1, 3, 1, 16, 1},  {false, 6, 3, 2, 24, 2},  {false, 6, 5, 2, 40, 2},  {false, 6, 3, 2, 80, 3},
    {false, 6, 5, 1, 112, 3}, {false, 6, 5, 2, 192, 4}, {false, 6, 3, 1, 320, 1},
};
constexpr int kStemChannels = 32, kTopChannels = 1280;

/// Compound scaling of B0 … B4, as published with the code.
constexpr struct {
  double width, depth;
} kScales[] = {{1.0, 1.0}, {1.0, 1.1}, {1.1, 1.2}, {1.2, 1.4}, {1.4, 1.8}};

/// To the nearest multiple of 8, but never below 90 %.
std::int64_t scaled_channels(std::int64_t channels, double width) {
  const double exact = static_cast<double>(channels) * width;
  const std::int64_t rounded = static_cast<std::int64_t>(exact + 4) / 8 * 8;
  return static_cast<double>(rounded) < 0.9 * exact ? rounded + 8 : rounded;
}

/// What Keras' EfficientNet does to the bytes of a picture.
Value keras_scaling(GraphBuilder& g, bool imagenet) {
  constexpr float kByte = 1.f / 255;
  Value x = g.rescale({"rescaling", "rescaling"}, g.input(), {kByte, kByte, kByte}, {});
  x = g.normalization({"normalization", "normalization"}, x);
  if (!imagenet) return x;
  std::array<float, 3> scale;
  for (int c = 0; c < 3; ++c) {
    constexpr double kStd[] = {0.229, 0.224, 0.225};
    scale[c] = static_cast<float>(1 / std::sqrt(kStd[c]));
  }
  return g.rescale({"rescaling_1", "rescaling_1"}, x, scale, {});
}

}  // namespace

Graph build_efficientnet(const ModelOptions& options, const EfficientNetVariant& variant) {
  const auto [width, depth] = kScales[variant.number];
  GraphBuilder g({3, options.input_px, options.input_px}, variant.flavour);
  EfficientNetBody body{.epsilon = g.in_keras() ? 1e-3f : 1e-5f,
                        .stem_channels = scaled_channels(kStemChannels, width),
                        .stages = {},
                        .top_channels = scaled_channels(kTopChannels, width),
                        .keras_depthwise = "dwconv",
                        .keras_pads = true};
  for (EfficientNetStage stage : kStages) {
    stage.out_channels = scaled_channels(stage.out_channels, width);
    stage.repeats = static_cast<int>(std::ceil(depth * stage.repeats));
    body.stages.push_back(stage);
  }
  return build_efficientnet_body(g, g.in_keras() ? keras_scaling(g, variant.keras_imagenet) : g.input(), body,
                                 options);
}

}  // namespace giemsa
