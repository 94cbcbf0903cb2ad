// MobileNetV3: Howard et al. 2019, "Searching for MobileNetV3", arXiv 1905.02244.
// Layer names: torchvision's state dict; Keras' layer names stand beside them. Batch-norm epsilon 1e-3 in
// both flavours. Deviation: a batch's share in the running statistics is PyTorch's usual 0.1 (torchvision
// 0.01, Keras 0.001): fine-tuning takes hundreds of steps, not their hundred thousands.

#include "giemsa/models/mobilenet_v3.h"

#include <fmt/format.h>

#include <span>

#include "giemsa/graph/builder.h"
#include "giemsa/models/head.h"

namespace giemsa {

namespace {

/// A row of the paper's tables: kernel, channels inside and out, squeeze-and-excite, which activation,
/// stride.
struct Row {
  int kernel, hidden, out;
  bool squeezes;
  Activation activation;
  int stride;
};
constexpr Activation RE = Activation::Relu, HS = Activation::HardSwish;

constexpr Row kLarge[] = {
    {3, 16, 16, false, RE, 1},  {3, 64, 24, false, RE, 2},  {3, 72, 24, false, RE, 1},
    {5, 72, 40, true, RE, 2},   {5, 120, 40, true, RE, 1},  {5, 120, 40, true, RE, 1},
    {3, 240, 80, false, HS, 2}, {3, 200, 80, false, HS, 1}, {3, 184, 80, false, HS, 1},
    {3, 184, 80, false, HS, 1}, {3, 480, 112, true, HS, 1}, {3, 672, 112, true, HS, 1},
    {5, 672, 160, true, HS, 2}, {5, 960, 160, true, HS, 1}, {5, 960, 160, true, HS, 1},
};
constexpr Row kSmall[] = {
    {3, 16, 16, true, RE, 2},  {3, 72, 24, false, RE, 2}, {3, 88, 24, false, RE, 1},
    {5, 96, 40, true, HS, 2},  {5, 240, 40, true, HS, 1}, {5, 240, 40, true, HS, 1},
    {5, 120, 48, true, HS, 1}, {5, 144, 48, true, HS, 1}, {5, 288, 96, true, HS, 2},
    {5, 576, 96, true, HS, 1}, {5, 576, 96, true, HS, 1},
};

/// A quarter of the channels to the nearest multiple of 8, never below 90 % of the quarter.
std::int64_t squeezed_channels(std::int64_t channels) {
  const std::int64_t quarter = channels / 4, rounded = std::max<std::int64_t>(8, (quarter + 4) / 8 * 8);
  return 10 * rounded < 9 * quarter ? rounded + 8 : rounded;
}

struct Writer {
  GraphBuilder& g;

  /// Keras does not name these layers but numbers them.
  Value activation(const std::string& name, Value x, Activation kind) {
    if (kind == Activation::HardSwish) return g.activation({name, g.keras_auto_name("activation")}, x, kind);
    return g.activation(LayerName{name, g.keras_auto_name("re_lu")}.as("ReLU"), x, kind);
  }

  /// Convolution → batch norm, named 0, 1.
  Value conv_bn(Value x, std::int64_t out_channels, ConvOptions conv, const std::string& keras) {
    if (g.in_keras()) conv.padding = same_padding(x.shape(), conv.kernel, conv.stride);
    x = g.conv({"0", keras}, x, out_channels, conv);
    return g.batch_norm({"1", keras + "_bn"}, x, {.epsilon = 1e-3f});
  }

  /// Gates each channel by what all of them say: x · hard_sigmoid(W2 · relu(W1 · mean(x))).
  Value squeeze_and_excite(Value x, const std::string& keras) {
    Value gates = g.global_avg_pool({"avgpool", keras + "avg_pool"}, x);
    gates = g.conv({"fc1", keras + "conv"}, gates, squeezed_channels(x.channels()), {.bias = true});
    gates = g.activation(LayerName{"activation", keras + "relu"}.as("ReLU"), gates, Activation::Relu);
    gates = g.conv({"fc2", keras + "conv_1"}, gates, x.channels(), {.bias = true});
    gates = activation("scale_activation", gates, Activation::HardSigmoid);
    return g.mul({"mul", keras + "mul"}, x, gates);
  }

  /// Expand, filter depthwise, gate, project; added to the input where the shapes allow.
  Value inverted_residual(Value x, const Row& row, const std::string& keras) {
    const Value input = x;
    {
      auto block = g.scope("block");
      int index = 0;
      if (row.hidden != x.channels()) {
        auto expand = g.scope(index++);
        x = conv_bn(x, row.hidden, {}, keras + "expand");
        x = activation("2", x, row.activation);
      }
      {
        auto depthwise = g.scope(index++);
        if (row.stride == 2)
          g.keras_padding(x, keras + "depthwise_pad", same_padding(x.shape(), row.kernel, row.stride));
        x = conv_bn(x, row.hidden, {.kernel = row.kernel, .stride = row.stride, .groups = row.hidden},
                    keras + "depthwise");
        x = activation("2", x, row.activation);
      }
      if (row.squeezes) {
        auto squeeze = g.scope(index++);
        x = squeeze_and_excite(x, keras + "squeeze_excite_");
      }
      auto project = g.scope(index);
      x = conv_bn(x, row.out, {}, keras + "project");
    }
    const bool residual = row.stride == 1 && input.channels() == row.out;
    return residual ? g.add({"add", keras + "add"}, input, x) : x;
  }

  /// Dense → hard swish → dropout → dense; 1×1 convolutions in Keras.
  Value head(Value x, std::int64_t hidden, const ModelOptions& options) {
    const auto dense = [&](const char* name, const char* keras, Value y, std::int64_t out) {
      const LinearOptions linear;
      if (!g.in_keras()) return g.linear(name, y, out, linear);
      return g.conv({name, keras}, y, out, {.bias = true, .init = linear.init});
    };
    x = g.global_avg_pool({"avgpool", "global_average_pooling2d"}, x);
    auto classifier = g.scope("classifier");
    x = activation("1", dense("0", "conv_2", x, hidden), Activation::HardSwish);
    x = g.dropout({"2", "dropout"}, x, options.dropout);
    x = dense("3", "logits", x, options.classes);
    g.keras_layer(x, "flatten", "Flatten");
    g.keras_layer(x, "predictions", "Activation");
    return x;
  }
};

}  // namespace

Graph build_mobilenet_v3(const ModelOptions& options, MobileNetV3Variant variant, Flavour flavour) {
  const bool large = variant == MobileNetV3Variant::Large;
  const std::span<const Row> rows = large ? std::span<const Row>(kLarge) : kSmall;
  GraphBuilder g({3, options.input_px, options.input_px}, flavour);
  Writer write{g};
  Value x = g.input();
  if (g.in_keras()) {
    constexpr float kScale = 1 / 127.5f;
    x = g.rescale({"rescaling", g.keras_auto_name("rescaling")}, x, {kScale, kScale, kScale}, {-1, -1, -1});
  }
  {
    auto features = g.scope("features");
    int index = 0;
    {
      auto stem = g.scope(index++);
      x = write.conv_bn(x, 16, {.kernel = 3, .stride = 2}, "conv");
      x = write.activation("2", x, HS);
    }
    for (const Row& row : rows) {
      auto block = g.scope(index);
      x = write.inverted_residual(
          x, row, index == 1 ? "expanded_conv_" : fmt::format("expanded_conv_{}_", index - 1));
      ++index;
    }
    auto last = g.scope(index);
    x = write.conv_bn(x, 6 * x.channels(), {}, "conv_1");
    x = write.activation("2", x, HS);
  }
  return finish_with_head(g, x, options, "classifier",
                          [&](Value y) { return write.head(y, large ? 1280 : 1024, options); });
}

}  // namespace giemsa
