// MobileNetV2: Sandler et al. 2018, "Inverted Residuals and Linear Bottlenecks", arXiv 1801.04381.
// Layer names: torchvision's state dict; Keras' layer names stand beside them.

#include "giemsa/models/mobilenet_v2.h"

#include <fmt/format.h>

#include "giemsa/graph/builder.h"
#include "giemsa/models/head.h"

namespace giemsa {

namespace {

struct Writer {
  GraphBuilder& g;

  Value batch_norm(const LayerName& name, Value x) {
    return g.batch_norm(name, x, {.epsilon = g.in_keras() ? 1e-3f : 1e-5f});
  }

  /// Convolution → batch norm → ReLU6, named 0, 1, 2.
  Value conv_bn_relu6(Value x, std::int64_t out_channels, ConvOptions conv, const std::string& keras_conv,
                      const std::string& keras_bn, const std::string& keras_relu,
                      const std::string& keras_pad = {}) {
    if (g.in_keras()) {
      conv.padding = same_padding(x.shape(), conv.kernel, conv.stride);
      if (!keras_pad.empty()) g.keras_padding(x, keras_pad, *conv.padding);
    }
    x = g.conv({"0", keras_conv}, x, out_channels, conv);
    x = batch_norm({"1", keras_bn}, x);
    return g.activation(LayerName{"2", keras_relu}.as("ReLU"), x, Activation::Relu6);
  }

  /// Expand t times, filter depthwise, project; added to the input where the shapes allow.
  Value inverted_residual(Value x, std::int64_t out_channels, int stride, int expansion,
                          const std::string& keras) {
    const Value input = x;
    const std::int64_t hidden = x.channels() * expansion;
    {
      auto conv = g.scope("conv");
      int index = 0;
      if (expansion != 1) {
        auto expand = g.scope(index++);
        x = conv_bn_relu6(x, hidden, {.kernel = 1}, keras + "_expand", keras + "_expand_BN",
                          keras + "_expand_relu");
      }
      {
        auto depthwise = g.scope(index++);
        x = conv_bn_relu6(x, hidden, {.kernel = 3, .stride = stride, .groups = hidden}, keras + "_depthwise",
                          keras + "_depthwise_BN", keras + "_depthwise_relu",
                          stride == 2 ? keras + "_pad" : "");
      }
      x = g.conv({std::to_string(index), keras + "_project"}, x, out_channels, {.kernel = 1});
      x = batch_norm({std::to_string(index + 1), keras + "_project_BN"}, x);
    }
    const bool residual = stride == 1 && input.channels() == out_channels;
    return residual ? g.add({"add", keras + "_add"}, input, x) : x;
  }
};

/// Table 2 of the paper: expansion t, output channels c, repeats n, stride s of the first.
struct Stage {
  int t, c, n, s;
};
constexpr Stage kStages[] = {
    {1, 16, 1, 1}, {6, 24, 2, 2}, {6, 32, 3, 2}, {6, 64, 4, 2}, {6, 96, 3, 1}, {6, 160, 3, 2}, {6, 320, 1, 1},
};

}  // namespace

Graph build_mobilenet_v2(const ModelOptions& options, Flavour flavour) {
  GraphBuilder g({3, options.input_px, options.input_px}, flavour);
  Writer write{g};
  Value x = g.input();
  {
    auto features = g.scope("features");
    int index = 0;
    {
      auto stem = g.scope(index++);
      x = write.conv_bn_relu6(x, 32, {.kernel = 3, .stride = 2}, "Conv1", "bn_Conv1", "Conv1_relu");
    }
    for (const Stage& stage : kStages) {
      for (int i = 0; i < stage.n; ++i) {
        auto block = g.scope(index);
        const std::string keras = index == 1 ? "expanded_conv" : fmt::format("block_{}", index - 1);
        x = write.inverted_residual(x, stage.c, i == 0 ? stage.s : 1, stage.t, keras);
        ++index;
      }
    }
    auto last = g.scope(index);
    x = write.conv_bn_relu6(x, 1280, {.kernel = 1}, "Conv_1", "Conv_1_bn", "out_relu");
  }
  return finish_with_head(g, x, options, "classifier", [&](Value features) {
    const Value pooled = g.global_avg_pool({"pool", "global_average_pooling2d"}, features);
    auto classifier = g.scope("classifier");
    const Value dropped = g.dropout("0", pooled, options.dropout);
    return g.linear({"1", "predictions"}, dropped, options.classes);
  });
}

}  // namespace giemsa
