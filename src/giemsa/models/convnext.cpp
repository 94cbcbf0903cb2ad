// ConvNeXt: Liu et al. 2022, "A ConvNet for the 2020s", arXiv 2201.03545.
// Layer names: timm's state dict; Keras' layer names stand beside them. Deviations: dropout before the last
// dense layer (rate 0 in the paper). The paper norms the pooled map; Keras does so with its top only and
// norms the map itself without it (timm's "norm_pre"). The Keras flavour is Keras' network without its top,
// and its head pools and classifies, so that features mean there what they mean in Keras.

#include "giemsa/models/convnext.h"

#include <fmt/format.h>

#include <numeric>

#include "giemsa/graph/builder.h"
#include "giemsa/models/head.h"

namespace giemsa {

namespace {

constexpr Init kInit{Init::Kind::TruncatedNormal, 0.02f};
constexpr float kLayerScale = 1e-6f;

struct Writer {
  GraphBuilder& g;
  std::string keras;  ///< what Keras' names begin with

  LayerName named(std::string name, const std::string& keras_name) const {
    return {std::move(name), keras + keras_name};
  }

  /// [0, 255] → (x / 255 - mean) / sd, ImageNet's.
  Value normalise(Value x) {
    constexpr std::array<double, 3> kMean{0.485, 0.456, 0.406}, kStd{0.229, 0.224, 0.225};
    std::array<float, 3> scale, shift;
    for (std::size_t c = 0; c < 3; ++c) {
      scale[c] = static_cast<float>(1 / (255 * kStd[c]));
      shift[c] = static_cast<float>(-kMean[c] / kStd[c]);
    }
    return g.rescale(named("normalization", "_prestem_normalization").as("Normalization"), x, scale, shift);
  }

  /// [C, H, W] → [out, H / stride, W / stride], patches that do not overlap.
  Value patch_conv(const LayerName& name, Value x, std::int64_t out_channels, int stride) {
    return g.conv(name, x, out_channels,
                  {.kernel = stride, .stride = stride, .padding = Padding{}, .bias = true, .init = kInit});
  }

  /// Keras wraps the layers up to `last`, named with inside().
  void sequential(Value last, const std::string& keras_name) {
    g.keras_layer(last, keras + keras_name, "Sequential");
  }

  Value stem(Value x, int width) {
    auto scope = g.scope("stem");
    x = patch_conv(named("0", "_stem_conv").inside(), x, width, 4);
    x = g.layer_norm(named("1", "_stem_layernorm").inside(), x);
    sequential(x, "_stem");
    return x;
  }

  Value downsample(Value x, int stage) {
    auto scope = g.scope("downsample");
    const std::string number = std::to_string(stage - 1);
    x = g.layer_norm(named("0", "_downsampling_layernorm_" + number).inside(), x);
    x = patch_conv(named("1", "_downsampling_conv_" + number).inside(), x, 2 * x.channels(), 2);
    sequential(x, "_downsampling_block_" + number);
    return x;
  }

  /// [C, H, W] → [C, H, W]; keras_block: "_stage_0_block_0".
  Value block(Value x, double drop_path, const std::string& keras_block) {
    const std::int64_t channels = x.channels();
    const auto part = [&](const char* name, const char* keras_name) {
      return named(name, keras_block + keras_name);
    };
    Value y = g.conv(part("conv_dw", "_depthwise_conv").as("Conv2D"), x, channels,
                     {.kernel = 7, .groups = channels, .bias = true, .init = kInit});
    y = g.layer_norm(part("norm", "_layernorm"), y);
    y = g.linear(part("mlp.fc1", "_pointwise_conv_1"), y, 4 * channels, {.init = kInit});
    y = g.activation(part("mlp.act", "_gelu"), y, Activation::Gelu);
    y = g.linear(part("mlp.fc2", "_pointwise_conv_2"), y, channels, {.init = kInit});
    y = g.layer_scale(part("gamma", "_layer_scale"), y, kLayerScale);
    y = g.drop_path(drop_path == 0 ? part("drop_path", "_identity").as("Activation")
                                   : part("drop_path", "_stochastic_depth").as("StochasticDepth"),
                    y, drop_path);
    return g.add("add", x, y);
  }
};

}  // namespace

Graph build_convnext(const ModelOptions& options, const ConvNextVariant& variant, Flavour flavour) {
  GraphBuilder g({3, options.input_px, options.input_px}, flavour);
  Writer write{g, std::string(variant.keras)};
  const int blocks = std::accumulate(variant.depths.begin(), variant.depths.end(), 0);
  Value x = g.input();
  if (g.in_keras()) x = write.normalise(x);
  x = write.stem(x, variant.width);
  int index = 0;
  for (int s = 0; s < 4; ++s) {
    auto stages = g.scope("stages");
    auto stage = g.scope(s);
    if (s > 0) x = write.downsample(x, s);
    for (int b = 0; b < variant.depths[s]; ++b, ++index) {
      auto scope = g.scope("blocks");
      auto number = g.scope(b);
      x = write.block(x, options.drop_path * index / (blocks - 1), fmt::format("_stage_{}_block_{}", s, b));
    }
  }
  if (g.in_keras()) x = g.layer_norm({"norm_pre", g.keras_auto_name("layer_normalization")}, x);
  return finish_with_head(g, x, options, "head", [&](Value y) {
    auto head = g.scope("head");
    y = g.global_avg_pool({"pool", "global_average_pooling2d"}, y);
    if (!g.in_keras()) y = g.layer_norm("norm", y);
    y = g.dropout({"drop", "dropout"}, y, options.dropout);
    return g.linear({"fc", "predictions"}, y, options.classes, {.init = kInit});
  });
}

}  // namespace giemsa
