// The parts that EfficientNet (arXiv 1905.11946) and EfficientNetV2 (arXiv 2104.00298) share.
// Layer names: torchvision's state dict; Keras' layer names stand beside them. Stochastic depth as published:
// rate · i / N for block i of N. Deviation: the batch norms' momentum is torchvision's in both flavours
// (Keras' EfficientNet: 0.01).

#include "giemsa/models/efficientnet_body.h"

#include <algorithm>
#include <cmath>
#include <string>

#include "giemsa/models/head.h"

namespace giemsa {

namespace {

/// One block's place in the network.
struct Place {
  double drop_path;
  bool first;         ///< of all blocks
  std::string keras;  ///< the beginning of its layers' names in Keras, e.g. "block2a_"
};

class Writer {
 public:
  Writer(GraphBuilder& g, const EfficientNetBody& body) : g_(g), body_(body) {}

  /// Convolution → batch norm, named 0 and 1; in Keras <keras><conv> and <keras>bn.
  Value conv_bn(Value x, std::int64_t out_channels, ConvOptions options, const std::string& keras,
                const std::string& conv = "conv") {
    if (g_.in_keras()) {
      options.padding = same_padding(x.shape(), options.kernel, options.stride);
      if (body_.keras_pads && options.stride.height == 2) {
        g_.keras_padding(x, keras + conv + "_pad", *options.padding);
      }
    }
    x = g_.conv({"0", keras + conv}, x, out_channels, options);
    return g_.batch_norm({"1", keras + "bn"}, x, {.epsilon = body_.epsilon});
  }

  /// Convolution → batch norm → SiLU, named 0, 1, 2.
  Value conv_bn_silu(Value x, std::int64_t out_channels, const ConvOptions& options, const std::string& keras,
                     const std::string& conv = "conv") {
    x = conv_bn(x, out_channels, options, keras, conv);
    return g_.activation({"2", keras + "activation"}, x, Activation::Silu);
  }

  Value block(Value input, const EfficientNetStage& stage, int stride, const Place& place) {
    const Value x = stage.fused ? fused_mb_conv(input, stage, stride, place.keras)
                                : mb_conv(input, stage, stride, place.keras);
    if (stride != 1 || x.channels() != input.channels()) return x;
    // Keras has no dropout layer where the rate is always 0.
    const LayerName drop{"stochastic_depth", place.first ? "" : place.keras + "drop"};
    return g_.add({"add", place.keras + "add"}, g_.drop_path(drop, x, place.drop_path), input);
  }

 private:
  /// Expand, filter depthwise, gate, project.
  Value mb_conv(Value x, const EfficientNetStage& stage, int stride, const std::string& keras) {
    const std::int64_t squeezed = std::max<std::int64_t>(1, x.channels() / 4);
    const std::int64_t hidden = x.channels() * stage.expansion;
    auto layers = g_.scope("block");
    int index = 0;
    if (stage.expansion != 1) {
      auto expand = g_.scope(index++);
      x = conv_bn_silu(x, hidden, {.kernel = 1}, keras + "expand_");
    }
    {
      auto depthwise = g_.scope(index++);
      x = conv_bn_silu(x, hidden, {.kernel = stage.kernel, .stride = stride, .groups = hidden}, keras,
                       body_.keras_depthwise);
    }
    {
      auto gates = g_.scope(index++);
      x = squeeze_and_excitation(x, squeezed, keras + "se_");
    }
    auto project = g_.scope(index);
    return conv_bn(x, stage.out_channels, {.kernel = 1}, keras + "project_");
  }

  /// Gates each channel by what all of them say: x · sigmoid(W2 · silu(W1 · mean(x))).
  Value squeeze_and_excitation(Value x, std::int64_t squeezed, const std::string& keras) {
    Value gates = g_.global_avg_pool({"avgpool", keras + "squeeze"}, x);
    g_.keras_layer(gates, keras + "reshape", "Reshape");
    gates = gate_conv(gates, squeezed, Activation::Silu, "fc1", "activation", keras + "reduce");
    gates = gate_conv(gates, x.channels(), Activation::Sigmoid, "fc2", "scale_activation", keras + "expand");
    return g_.mul({"mul", keras + "excite"}, x, gates);
  }

  /// In Keras the activation is a part of the convolution.
  Value gate_conv(Value x, std::int64_t out_channels, Activation kind, const char* name,
                  const char* activation, const std::string& keras) {
    x = g_.conv(LayerName{name, keras}.inside(), x, out_channels, {.bias = true});
    x = g_.activation(activation, x, kind);
    g_.keras_layer(x, keras, "Conv2D");
    return x;
  }

  /// Expand and filter at once, project; one convolution does all where nothing expands.
  Value fused_mb_conv(Value x, const EfficientNetStage& stage, int stride, const std::string& keras) {
    auto layers = g_.scope("block");
    const ConvOptions filter{.kernel = stage.kernel, .stride = stride};
    {
      auto first = g_.scope(0);
      if (stage.expansion == 1) return conv_bn_silu(x, stage.out_channels, filter, keras + "project_");
      x = conv_bn_silu(x, x.channels() * stage.expansion, filter, keras + "expand_");
    }
    auto project = g_.scope(1);
    return conv_bn(x, stage.out_channels, {.kernel = 1}, keras + "project_");
  }

  GraphBuilder& g_;
  const EfficientNetBody& body_;
};

}  // namespace

Graph build_efficientnet_body(GraphBuilder& g, Value picture, const EfficientNetBody& body,
                              const ModelOptions& options) {
  Writer write(g, body);
  int blocks = 0;
  for (const EfficientNetStage& stage : body.stages) blocks += stage.repeats;
  Value x = picture;
  {
    auto features = g.scope("features");
    {
      auto stem = g.scope(0);
      x = write.conv_bn_silu(x, body.stem_channels, {.kernel = 3, .stride = 2}, "stem_");
    }
    int number = 1, index = 0;
    for (const EfficientNetStage& stage : body.stages) {
      auto scope = g.scope(number);
      for (int i = 0; i < stage.repeats; ++i, ++index) {
        auto block = g.scope(i);
        const std::string keras =
            "block" + std::to_string(number) + std::string(1, static_cast<char>('a' + i)) + "_";
        x = write.block(x, stage, i == 0 ? stage.stride : 1,
                        {options.drop_path * index / blocks, index == 0, keras});
      }
      ++number;
    }
    auto top = g.scope(number);
    x = write.conv_bn_silu(x, body.top_channels, {.kernel = 1}, "top_");
  }
  return finish_with_head(g, x, options, "classifier", [&](Value features) {
    const Value pooled = g.global_avg_pool({"avgpool", "avg_pool"}, features);
    auto classifier = g.scope("classifier");
    const Value dropped = g.dropout({"0", "top_dropout"}, pooled, options.dropout);
    const auto range = static_cast<float>(1 / std::sqrt(static_cast<double>(options.classes)));
    return g.linear({"1", "predictions"}, dropped, options.classes, {.init = {Init::Kind::Uniform, range}});
  });
}

}  // namespace giemsa
