// SqueezeNet: Iandola et al. 2016, "SqueezeNet: AlexNet-level accuracy with 50x fewer parameters and <0.5MB
// model size", arXiv 1602.07360. Layer names: torchvision's state dict; Keras has no SqueezeNet.
// Deviation: initial weights are torchvision's, uniform by the fan-in.

#include "giemsa/models/squeezenet.h"

#include <cmath>

#include "giemsa/graph/builder.h"
#include "giemsa/models/head.h"

namespace giemsa {

namespace {

/// Table 1, fire2 to fire9: channels after squeezing, and of each of the two expansions.
struct Fire {
  int squeeze, expand;
};
constexpr Fire kFires[] = {{16, 64},  {16, 64},  {32, 128}, {32, 128},
                           {48, 192}, {48, 192}, {64, 256}, {64, 256}};

struct Writer {
  GraphBuilder& g;

  Value conv_relu(const char* name, const char* relu, Value x, std::int64_t out_channels, ConvOptions conv) {
    const double fan_in = static_cast<double>(x.channels() * conv.kernel.height * conv.kernel.width);
    conv.bias = true;
    conv.init = {Init::Kind::Uniform, static_cast<float>(std::sqrt(6 / fan_in))};
    x = g.conv(name, x, out_channels, conv);
    return g.activation(relu, x, Activation::Relu);
  }

  /// 3 × 3 at stride 2. A last window that is not full counts (torchvision's ceil_mode): it finds what it
  /// lacks, a row or a column, in the padding.
  Value max_pool(const std::string& name, Value x) {
    const auto lacking = [](std::int64_t n) { return n % 2 == 0 ? 1 : 0; };
    const Padding padding{.bottom = lacking(x.shape().height), .right = lacking(x.shape().width)};
    return g.max_pool(name, x, {.kernel = 3, .stride = 2, .padding = padding});
  }

  /// [C, H, W] → [2 · expand, H, W].
  Value fire_module(Value x, const Fire& fire) {
    x = conv_relu("squeeze", "squeeze_activation", x, fire.squeeze, {.kernel = 1});
    const Value a = conv_relu("expand1x1", "expand1x1_activation", x, fire.expand, {.kernel = 1});
    const Value b = conv_relu("expand3x3", "expand3x3_activation", x, fire.expand, {.kernel = 3});
    return g.concat("concat", {a, b});
  }

  Value features(Value x, const SqueezeNetVariant& variant) {
    auto features = g.scope("features");
    x = conv_relu("0", "1", x, variant.stem_channels,
                  {.kernel = variant.stem_kernel, .stride = 2, .padding = Padding{}});
    x = max_pool("2", x);
    int index = 3, fires = 0;
    for (const Fire& fire : kFires) {
      {
        auto module = g.scope(index++);
        x = fire_module(x, fire);
      }
      ++fires;
      if (fires == variant.fires_before_pool[0] || fires == variant.fires_before_pool[1]) {
        x = max_pool(std::to_string(index++), x);
      }
    }
    return x;
  }
};

}  // namespace

Graph build_squeezenet(const ModelOptions& options, const SqueezeNetVariant& variant) {
  GraphBuilder g({3, options.input_px, options.input_px});
  Writer write{g};
  return finish_with_head(g, write.features(g.input(), variant), options, "classifier", [&](Value y) {
    auto classifier = g.scope("classifier");
    y = g.dropout("0", y, options.dropout);
    y = g.conv("1", y, options.classes, {.bias = true, .init = LinearOptions{}.init});
    y = g.activation("2", y, Activation::Relu);
    return g.global_avg_pool("3", y);
  });
}

}  // namespace giemsa
