// DenseNet: Huang et al. 2016, "Densely Connected Convolutional Networks", arXiv 1608.06993.
// Layer names: torchvision's state dict; Keras' layer names stand beside them.
// Deviations: dropout before the last dense layer; none within the blocks.

#include "giemsa/models/densenet.h"

#include <fmt/format.h>

#include "giemsa/graph/builder.h"
#include "giemsa/models/head.h"

namespace giemsa {

namespace {

/// Table 1: dense layers of the four blocks.
constexpr int kDepths[] = {6, 12, 24, 16};
constexpr int kGrowth = 32;
constexpr int kBottleneck = 4 * kGrowth;

struct Writer {
  GraphBuilder& g;

  /// A padding that Keras has a layer without a name for.
  void keras_padding(Value x, int px) {
    g.keras_padding(x, g.keras_auto_name("zero_padding2d"), Padding::all(px));
  }

  Value norm_relu(const std::string& norm, const std::string& keras_norm, const std::string& relu,
                  const std::string& keras_relu, Value x) {
    x = g.batch_norm({norm, keras_norm}, x, {.epsilon = g.in_keras() ? 1.001e-5f : 1e-5f});
    return g.activation(LayerName{relu, keras_relu}.as("Activation"), x, Activation::Relu);
  }

  /// 7 × 7 at stride 2, max pooling at stride 2. Behind a ReLU Keras' zeros are no more than the pooling's
  /// own padding.
  Value stem(Value x) {
    keras_padding(x, 3);
    x = g.conv({"conv0", "conv1_conv"}, x, 64, {.kernel = 7, .stride = 2});
    x = norm_relu("norm0", "conv1_bn", "relu0", "conv1_relu", x);
    keras_padding(x, 1);
    return g.max_pool({"pool0", "pool1"}, x, {.kernel = 3, .stride = 2, .padding = Padding::all(1)});
  }

  /// [C, H, W] → [C + growth, H, W]: what it sees, then what it adds.
  Value dense_layer(Value x, const std::string& name, const std::string& keras_name) {
    Value y = x;
    {
      auto scope = g.scope(name);
      y = norm_relu("norm1", keras_name + "_0_bn", "relu1", keras_name + "_0_relu", y);
      y = g.conv({"conv1", keras_name + "_1_conv"}, y, kBottleneck, {.kernel = 1});
      y = norm_relu("norm2", keras_name + "_1_bn", "relu2", keras_name + "_1_relu", y);
      y = g.conv({"conv2", keras_name + "_2_conv"}, y, kGrowth, {.kernel = 3});
    }
    return g.concat({name + ".concat", keras_name + "_concat"}, {x, y});
  }

  /// [C, H, W] → [C / 2, H / 2, W / 2].
  Value transition(Value x, const std::string& keras_name) {
    x = norm_relu("norm", keras_name + "_bn", "relu", keras_name + "_relu", x);
    x = g.conv({"conv", keras_name + "_conv"}, x, x.channels() / 2, {.kernel = 1});
    return g.avg_pool({"pool", keras_name + "_pool"}, x);
  }

  Value features(Value x) {
    auto features = g.scope("features");
    x = stem(x);
    for (int block = 1; block <= 4; ++block) {
      {
        auto scope = g.scope(fmt::format("denseblock{}", block));
        for (int layer = 1; layer <= kDepths[block - 1]; ++layer) {
          x = dense_layer(x, fmt::format("denselayer{}", layer),
                          fmt::format("conv{}_block{}", block + 1, layer));
        }
      }
      if (block == 4) break;
      auto scope = g.scope(fmt::format("transition{}", block));
      x = transition(x, fmt::format("pool{}", block + 1));
    }
    return norm_relu("norm5", "bn", "relu5", "relu", x);
  }
};

}  // namespace

Graph build_densenet121(const ModelOptions& options, Flavour flavour) {
  GraphBuilder g({3, options.input_px, options.input_px}, flavour);
  Writer write{g};
  return finish_with_head(g, write.features(g.input()), options, "classifier", [&](Value y) {
    y = g.global_avg_pool({"avgpool", "avg_pool"}, y);
    y = g.dropout("dropout", y, options.dropout);
    return g.linear({"classifier", "predictions"}, y, options.classes);
  });
}

}  // namespace giemsa
