// Xception: Chollet 2017, "Xception: Deep Learning with Depthwise Separable Convolutions", arXiv 1610.02357,
// figure 5. Layer names: ours, after Keras' blocks; Keras' layer names stand beside them. As in Keras: no
// padding in the first block, SAME elsewhere, batch-norm epsilon 1e-3.

#include "giemsa/models/xception.h"

#include <fmt/format.h>

#include <vector>

#include "giemsa/graph/builder.h"
#include "giemsa/models/head.h"

namespace giemsa {

namespace {

constexpr BatchNormOptions kNorm{.epsilon = 1e-3f};

Value relu(GraphBuilder& g, const std::string& name, const std::string& keras, Value x) {
  return g.activation({name, keras}, x, Activation::Relu);
}

/// Depthwise 3×3 → 1×1, nothing between, then batch norm; one layer to Keras.
Value separable_conv(GraphBuilder& g, const std::string& name, const std::string& keras, Value x,
                     std::int64_t out_channels) {
  auto scope = g.scope(name);
  x = g.conv(LayerName{"depthwise", keras}.inside(), x, x.channels(), {.kernel = 3, .groups = x.channels()});
  x = g.conv(LayerName{"pointwise", keras}.as("SeparableConv2D"), x, out_channels, {});
  return g.batch_norm({"bn", keras + "_bn"}, x, kNorm);
}

/// A chain of ReLU and separable convolution, one for each of `channels`. leading_relu: the first has a ReLU,
/// too.
Value chain(GraphBuilder& g, const std::string& keras, Value x, const std::vector<int>& channels,
            bool leading_relu) {
  for (std::size_t i = 0; i < channels.size(); ++i) {
    const std::string sepconv = fmt::format("sepconv{}", i + 1), full = keras + "_" + sepconv;
    if (i > 0 || leading_relu) x = relu(g, sepconv + "_act", full + "_act", x);
    x = separable_conv(g, sepconv, full, x, channels[i]);
  }
  return x;
}

/// Halves the map: the chain and a max pooling, beside a strided 1×1 convolution.
Value halving_block(GraphBuilder& g, int number, Value x, const std::vector<int>& channels) {
  const std::string keras = fmt::format("block{}", number);
  auto scope = g.scope(keras);
  Value shortcut = g.conv({"shortcut.conv", g.keras_auto_name("conv2d")}, x, channels.back(), {.stride = 2});
  shortcut = g.batch_norm({"shortcut.bn", g.keras_auto_name("batch_normalization")}, shortcut, kNorm);
  // Block 2 begins behind a ReLU.
  Value y = chain(g, keras, x, channels, number != 2);
  y = g.max_pool({"pool", keras + "_pool"}, y,
                 {.kernel = 3, .stride = 2, .padding = same_padding(y.shape(), 3, 2)});
  return g.add({"add", g.keras_auto_name("add")}, y, shortcut);
}

Value middle_block(GraphBuilder& g, int number, Value x) {
  const std::string keras = fmt::format("block{}", number);
  auto scope = g.scope(keras);
  const Value y = chain(g, keras, x, {728, 728, 728}, true);
  return g.add({"add", g.keras_auto_name("add")}, y, x);
}

Value entry_conv(GraphBuilder& g, const std::string& name, Value x, std::int64_t out_channels, int stride) {
  auto scope = g.scope("block1");
  const std::string keras = "block1_" + name;
  x = g.conv({name, keras}, x, out_channels, {.kernel = 3, .stride = stride, .padding = Padding{}});
  x = g.batch_norm({name + "_bn", keras + "_bn"}, x, kNorm);
  return relu(g, name + "_act", keras + "_act", x);
}

Value exit_conv(GraphBuilder& g, const std::string& name, Value x, std::int64_t out_channels) {
  auto scope = g.scope("block14");
  const std::string keras = "block14_" + name;
  return relu(g, name + "_act", keras + "_act", separable_conv(g, name, keras, x, out_channels));
}

}  // namespace

Graph build_xception(const ModelOptions& options) {
  GraphBuilder g({3, options.input_px, options.input_px}, Flavour::Keras);
  Value x = g.input();
  x = entry_conv(g, "conv1", x, 32, 2);
  x = entry_conv(g, "conv2", x, 64, 1);
  x = halving_block(g, 2, x, {128, 128});
  x = halving_block(g, 3, x, {256, 256});
  x = halving_block(g, 4, x, {728, 728});
  for (int number = 5; number <= 12; ++number) x = middle_block(g, number, x);
  x = halving_block(g, 13, x, {728, 1024});
  x = exit_conv(g, "sepconv1", x, 1536);
  x = exit_conv(g, "sepconv2", x, 2048);
  return finish_with_head(g, x, options, "classifier", [&](Value y) {
    y = g.global_avg_pool({"pool", "avg_pool"}, y);
    y = g.dropout("drop", y, options.dropout);
    return g.linear({"classifier", "predictions"}, y, options.classes);
  });
}

}  // namespace giemsa
