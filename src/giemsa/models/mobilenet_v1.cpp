// MobileNet: Howard et al. 2017, "MobileNets: Efficient Convolutional Neural Networks for Mobile Vision
// Applications", arXiv 1704.04861. Layer names: timm's state dict; Keras' layer names stand beside them.
// As in Keras: ReLU6 for the paper's ReLU, batch-norm epsilon 1e-3, the last layer a 1×1 convolution.

#include "giemsa/models/mobilenet_v1.h"

#include "giemsa/graph/builder.h"
#include "giemsa/models/head.h"

namespace giemsa {

namespace {

constexpr BatchNormOptions kNorm{.epsilon = 1e-3f};

/// Batch norm → ReLU6; keras: the name of the convolution before it.
Value norm_relu6(GraphBuilder& g, const std::string& norm, const std::string& act, const std::string& keras,
                 Value x) {
  x = g.batch_norm({norm, keras + "_bn"}, x, kNorm);
  return g.activation(LayerName{act, keras + "_relu"}.as("ReLU"), x, Activation::Relu6);
}

/// Filter depthwise, mix the channels. number: Keras', from 1.
Value separable_block(GraphBuilder& g, Value x, std::int64_t out_channels, int stride, int number) {
  const std::string dw = "conv_dw_" + std::to_string(number), pw = "conv_pw_" + std::to_string(number);
  // At stride 2 Keras pads below and on the right whatever the size; for odd sizes that is not SAME.
  const Padding padding = stride == 2 ? Padding{0, 0, 1, 1} : Padding::all(1);
  if (stride == 2) g.keras_padding(x, "conv_pad_" + std::to_string(number), padding);
  x = g.conv({"conv_dw", dw}, x, x.channels(),
             {.kernel = 3, .stride = stride, .padding = padding, .groups = x.channels()});
  x = norm_relu6(g, "bn1", "act1", dw, x);
  x = g.conv({"conv_pw", pw}, x, out_channels, {.kernel = 1});
  return norm_relu6(g, "bn2", "act2", pw, x);
}

/// Table 1 of the paper: output channels, repeats, stride of the first.
struct Stage {
  int channels, repeats, stride;
};
constexpr Stage kStages[] = {{64, 1, 1}, {128, 2, 2}, {256, 2, 2}, {512, 6, 2}, {1024, 2, 2}};

}  // namespace

Graph build_mobilenet_v1(const ModelOptions& options) {
  GraphBuilder g({3, options.input_px, options.input_px}, Flavour::Keras);
  Value x = g.input();
  x = g.conv({"conv_stem", "conv1"}, x, 32,
             {.kernel = 3, .stride = 2, .padding = same_padding(x.shape(), 3, 2)});
  x = norm_relu6(g, "bn1", "act1", "conv1", x);
  int number = 0;
  for (int s = 0; const Stage& stage : kStages) {
    auto blocks = g.scope("blocks");
    auto scope = g.scope(s++);
    for (int i = 0; i < stage.repeats; ++i) {
      auto block = g.scope(i);
      x = separable_block(g, x, stage.channels, i == 0 ? stage.stride : 1, ++number);
    }
  }
  return finish_with_head(g, x, options, "classifier", [&](Value y) {
    y = g.global_avg_pool({"pool", "global_average_pooling2d"}, y);
    y = g.dropout({"drop", "dropout"}, y, options.dropout);
    y = g.conv({"classifier", "conv_preds"}, y, options.classes,
               {.bias = true, .init = LinearOptions{}.init});
    g.keras_layer(y, "reshape_2", "Reshape");
    g.keras_layer(y, "predictions", "Activation");
    return y;
  });
}

}  // namespace giemsa
