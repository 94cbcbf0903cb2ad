// VGG: Simonyan and Zisserman 2014, "Very Deep Convolutional Networks for Large-Scale Image Recognition",
// arXiv 1409.1556. Layer names: torchvision's state dict; Keras' layer names stand beside them.
// Deviation: in the Keras flavour the head is not the paper's (see vgg.h).

#include "giemsa/models/vgg.h"

#include <fmt/format.h>

#include "giemsa/graph/builder.h"
#include "giemsa/models/head.h"

namespace giemsa {

namespace {

/// Table 1: channels of the five blocks; the first two have two convolutions each.
constexpr int kChannels[] = {64, 128, 256, 512, 512};
constexpr int kHidden = 4096;

struct Writer {
  GraphBuilder& g;
  bool batch_norm;
  int index = 0;  ///< of the next layer, as torchvision numbers them

  std::string next() { return std::to_string(index++); }

  /// 3 × 3 convolution → batch norm, if any → ReLU. keras: its name in Keras, where the ReLU is a part of the
  /// convolution's layer.
  Value conv_relu(Value x, std::int64_t channels, const std::string& keras) {
    x = g.conv(LayerName(next(), keras).inside(), x, channels, {.kernel = 3, .bias = true});
    if (batch_norm) x = g.batch_norm(next(), x);
    return g.activation(LayerName(next(), keras).as("Conv2D"), x, Activation::Relu);
  }

  Value torchvision_head(Value x, const ModelOptions& options) {
    x = g.flatten("flatten", g.adaptive_avg_pool("avgpool", x, 7, 7));
    auto scope = g.scope("classifier");
    index = 0;
    for (int layer = 0; layer < 2; ++layer) {
      x = g.linear(next(), x, kHidden);
      x = g.activation(next(), x, Activation::Relu);
      x = g.dropout(next(), x, options.dropout);
    }
    return g.linear(next(), x, options.classes);
  }

  Value keras_head(Value x, const ModelOptions& options) {
    x = g.global_avg_pool({"pool", "global_average_pooling2d"}, x);
    auto scope = g.scope("classifier");
    x = g.dropout("0", x, options.dropout);
    return g.linear({"1", "predictions"}, x, options.classes);
  }
};

}  // namespace

Graph build_vgg(const ModelOptions& options, const VggVariant& variant, Flavour flavour) {
  GraphBuilder g({3, options.input_px, options.input_px}, flavour);
  Writer write{g, variant.batch_norm};
  Value x = g.input();
  {
    auto features = g.scope("features");
    for (int block = 1; block <= 5; ++block) {
      const int convs = block <= 2 ? 2 : variant.convs_per_late_block;
      for (int conv = 1; conv <= convs; ++conv) {
        x = write.conv_relu(x, kChannels[block - 1], fmt::format("block{}_conv{}", block, conv));
      }
      x = g.max_pool({write.next(), fmt::format("block{}_pool", block)}, x);
    }
  }
  return finish_with_head(g, x, options, "classifier", [&](Value y) {
    return g.in_keras() ? write.keras_head(y, options) : write.torchvision_head(y, options);
  });
}

}  // namespace giemsa
