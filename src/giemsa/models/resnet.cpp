// ResNet: He et al. 2015, "Deep Residual Learning for Image Recognition", arXiv 1512.03385.
// Layer names: torchvision's state dict; Keras' layer names stand beside them.
// Deviations: dropout before the last dense layer, stochastic depth on request (both at rate 0 in the paper).

#include "giemsa/models/resnet.h"

#include <fmt/format.h>

#include <numeric>

#include "giemsa/graph/builder.h"
#include "giemsa/models/head.h"

namespace giemsa {

namespace {

constexpr float kKerasEpsilon = 1.001e-5f;

struct Writer {
  GraphBuilder& g;
  bool bottleneck;

  Value conv(const LayerName& name, Value x, std::int64_t out_channels, int kernel, int stride) {
    return g.conv(name, x, out_channels, {.kernel = kernel, .stride = stride, .bias = g.in_keras()});
  }
  Value batch_norm(const LayerName& name, Value x) {
    return g.batch_norm(name, x, {.epsilon = g.in_keras() ? kKerasEpsilon : 1e-5f});
  }
  Value relu(LayerName name, Value x) {
    return g.activation(std::move(name).as("Activation"), x, Activation::Relu);
  }

  /// 7 × 7 at stride 2, max pooling at stride 2. Keras pads in layers of its own; behind a ReLU its zeros are
  /// no more than the pooling's own padding.
  Value stem(Value x) {
    g.keras_padding(x, "conv1_pad", Padding::all(3));
    x = conv({"conv1", "conv1_conv"}, x, 64, 7, 2);
    x = batch_norm({"bn1", "conv1_bn"}, x);
    x = relu({"relu", "conv1_relu"}, x);
    g.keras_padding(x, "pool1_pad", Padding::all(1));
    return g.max_pool({"maxpool", "pool1_pool"}, x, {.kernel = 3, .stride = 2, .padding = Padding::all(1)});
  }

  /// The convolutions of a block, each with its norm; ReLU between them.
  Value branch(Value x, std::int64_t width, std::int64_t out_channels, int stride, const std::string& block) {
    const int count = bottleneck ? 3 : 2;
    const int strided = bottleneck && !g.in_keras() ? 2 : 1;
    for (int i = 1; i <= count; ++i) {
      const int kernel = bottleneck && i != 2 ? 1 : 3;
      x = conv({fmt::format("conv{}", i), fmt::format("{}_{}_conv", block, i)}, x,
               i == count ? out_channels : width, kernel, i == strided ? stride : 1);
      x = batch_norm({fmt::format("bn{}", i), fmt::format("{}_{}_bn", block, i)}, x);
      if (i < count) x = relu({fmt::format("relu{}", i), fmt::format("{}_{}_relu", block, i)}, x);
    }
    return x;
  }

  Value shortcut(Value x, std::int64_t out_channels, int stride, const std::string& block) {
    auto scope = g.scope("downsample");
    x = conv({"0", block + "_0_conv"}, x, out_channels, 1, stride);
    return batch_norm({"1", block + "_0_bn"}, x);
  }

  /// width: channels of its 3 × 3 convolution. [C, H, W] → [width · 4 or width, ⌈H / stride⌉, ⌈W / stride⌉].
  Value block(Value x, std::int64_t width, int stride, double drop_path, const std::string& keras_block) {
    const std::int64_t out_channels = bottleneck ? 4 * width : width;
    const Value y = g.drop_path("drop_path", branch(x, width, out_channels, stride, keras_block), drop_path);
    const bool same = stride == 1 && x.channels() == out_channels;
    const Value residual = same ? x : shortcut(x, out_channels, stride, keras_block);
    return relu({"out", keras_block + "_out"}, g.add({"add", keras_block + "_add"}, residual, y));
  }
};

}  // namespace

Graph build_resnet(const ModelOptions& options, const ResNetVariant& variant, Flavour flavour) {
  GraphBuilder g({3, options.input_px, options.input_px}, flavour);
  Writer write{g, variant.bottleneck};
  const int blocks = std::accumulate(variant.depths.begin(), variant.depths.end(), 0);
  Value x = g.input();
  x = write.stem(x);
  int index = 0;
  for (int s = 0; s < 4; ++s) {
    auto layer = g.scope(fmt::format("layer{}", s + 1));
    for (int b = 0; b < variant.depths[s]; ++b, ++index) {
      auto number = g.scope(b);
      x = write.block(x, std::int64_t{64} << s, b == 0 && s > 0 ? 2 : 1,
                      options.drop_path * index / (blocks - 1), fmt::format("conv{}_block{}", s + 2, b + 1));
    }
  }
  return finish_with_head(g, x, options, "fc", [&](Value y) {
    y = g.global_avg_pool({"avgpool", "avg_pool"}, y);
    y = g.dropout("dropout", y, options.dropout);
    return g.linear({"fc", "predictions"}, y, options.classes);
  });
}

}  // namespace giemsa
