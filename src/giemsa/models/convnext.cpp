// ConvNeXt: Liu et al. 2022, "A ConvNet for the 2020s", arXiv 2201.03545.
// Layer names: timm's state dict. Deviation: dropout before the last dense layer (rate 0 in the paper).

#include "giemsa/models/convnext.h"

#include <numeric>

#include "giemsa/graph/builder.h"

namespace giemsa {

namespace {

constexpr Init kInit{Init::Kind::TruncatedNormal, 0.02f};
constexpr float kLayerScale = 1e-6f;

/// [C, H, W] → [C, H, W].
Value block(GraphBuilder& g, Value x, double drop_path) {
  const std::int64_t channels = x.channels();
  Value y = g.conv("conv_dw", x, channels, {.kernel = 7, .groups = channels, .bias = true, .init = kInit});
  y = g.layer_norm("norm", y);
  y = g.linear("mlp.fc1", y, 4 * channels, {.init = kInit});
  y = g.activation("mlp.act", y, Activation::Gelu);
  y = g.linear("mlp.fc2", y, channels, {.init = kInit});
  y = g.layer_scale("gamma", y, kLayerScale);
  return g.add("add", x, g.drop_path("drop_path", y, drop_path));
}

/// [C, H, W] → [out, H / stride, W / stride], patches that do not overlap.
Value patch_conv(GraphBuilder& g, const char* name, Value x, std::int64_t out_channels, int stride) {
  return g.conv(name, x, out_channels,
                {.kernel = stride, .stride = stride, .padding = Padding{}, .bias = true, .init = kInit});
}

}  // namespace

Graph build_convnext(const ModelOptions& options, const ConvNextVariant& variant) {
  GraphBuilder g({3, options.input_px, options.input_px});
  const int blocks = std::accumulate(variant.depths.begin(), variant.depths.end(), 0);
  Value x = g.input();
  {
    auto stem = g.scope("stem");
    x = patch_conv(g, "0", x, variant.width, 4);
    x = g.layer_norm("1", x);
  }
  int index = 0;
  for (int s = 0; s < 4; ++s) {
    auto stages = g.scope("stages");
    auto stage = g.scope(s);
    if (s > 0) {
      auto downsample = g.scope("downsample");
      x = g.layer_norm("0", x);
      x = patch_conv(g, "1", x, std::int64_t{variant.width} << s, 2);
    }
    for (int b = 0; b < variant.depths[s]; ++b, ++index) {
      auto scope = g.scope("blocks");
      auto number = g.scope(b);
      x = block(g, x, options.drop_path * index / (blocks - 1));
    }
  }
  auto head = g.scope("head");
  Value y = g.global_avg_pool("pool", x);
  y = g.layer_norm("norm", y);
  y = g.dropout("drop", y, options.dropout);
  return g.finish(x, g.linear("fc", y, options.classes, {.init = kInit}), "head");
}

}  // namespace giemsa
