// Inception-v3: Szegedy et al. 2015, "Rethinking the Inception Architecture for Computer Vision",
// arXiv 1512.00567. Layer names: torchvision's state dict; in the Keras flavour Keras' own, which it numbers
// as they come, so the order below is Keras'. Deviation: no auxiliary classifier.

#include "giemsa/models/inception_v3.h"

#include <fmt/format.h>

#include <initializer_list>

#include "giemsa/graph/builder.h"
#include "giemsa/models/head.h"

namespace giemsa {

namespace {

/// Convolution → batch norm → ReLU.
struct Unit {
  const char* name;
  int channels;
  Extent kernel = 1;
  int stride = 1;
  bool padded = true;  ///< so that the map keeps its size; otherwise not at all
};

struct Writer {
  GraphBuilder& g;
  int mixed = 0;  ///< of Keras' joining layers: mixed0 to mixed10

  LayerName numbered(const char* name, const char* keras_stem) const {
    return {name, g.keras_auto_name(keras_stem)};
  }

  Value unit(Value x, const Unit& u) {
    auto scope = g.scope(u.name);
    ConvOptions conv{.kernel = u.kernel, .stride = u.stride};
    if (!u.padded) conv.padding = Padding{};
    x = g.conv(numbered("conv", "conv2d"), x, u.channels, conv);
    x = g.batch_norm(numbered("bn", "batch_normalization"), x, {.epsilon = 1e-3f, .scales = !g.in_keras()});
    return g.activation(numbered("relu", "activation").as("Activation"), x, Activation::Relu);
  }

  Value chain(Value x, std::initializer_list<Unit> units) {
    for (const Unit& u : units) x = unit(x, u);
    return x;
  }

  Value max_pool(const char* name, Value x) {
    return g.max_pool(numbered(name, "max_pooling2d"), x, {.kernel = 3, .stride = 2});
  }

  Value pool_branch(Value x, int channels) {
    x = g.avg_pool(numbered("avgpool", "average_pooling2d"), x,
                   {.kernel = 3, .stride = 1, .padding = Padding::all(1), .counts_padding = !g.in_keras()});
    return unit(x, {"branch_pool", channels});
  }

  Value join(const std::vector<Value>& branches) {
    return g.concat({"concat", fmt::format("mixed{}", mixed++)}, branches);
  }

  /// Figure 5 of the paper.
  Value mixed_5(const char* name, Value x, int pool_channels) {
    auto scope = g.scope(name);
    const Value a = unit(x, {"branch1x1", 64});
    const Value b = chain(x, {{"branch5x5_1", 48}, {"branch5x5_2", 64, 5}});
    const Value c = chain(x, {{"branch3x3dbl_1", 64}, {"branch3x3dbl_2", 96, 3}, {"branch3x3dbl_3", 96, 3}});
    return join({a, b, c, pool_branch(x, pool_channels)});
  }

  /// Figure 10: halves the map.
  Value mixed_6a(Value x) {
    auto scope = g.scope("Mixed_6a");
    const Value a = unit(x, {"branch3x3", 384, 3, 2, false});
    const Value b =
        chain(x, {{"branch3x3dbl_1", 64}, {"branch3x3dbl_2", 96, 3}, {"branch3x3dbl_3", 96, 3, 2, false}});
    return join({a, b, max_pool("maxpool", x)});
  }

  /// Figure 6: 7 × 7 as 1 × 7 and 7 × 1.
  Value mixed_6(const char* name, Value x, int width) {
    auto scope = g.scope(name);
    const Value a = unit(x, {"branch1x1", 192});
    const Value b =
        chain(x, {{"branch7x7_1", width}, {"branch7x7_2", width, {1, 7}}, {"branch7x7_3", 192, {7, 1}}});
    const Value c = chain(x, {{"branch7x7dbl_1", width},
                              {"branch7x7dbl_2", width, {7, 1}},
                              {"branch7x7dbl_3", width, {1, 7}},
                              {"branch7x7dbl_4", width, {7, 1}},
                              {"branch7x7dbl_5", 192, {1, 7}}});
    return join({a, b, c, pool_branch(x, 192)});
  }

  /// Halves the map.
  Value mixed_7a(Value x) {
    auto scope = g.scope("Mixed_7a");
    const Value a = chain(x, {{"branch3x3_1", 192}, {"branch3x3_2", 320, 3, 2, false}});
    const Value b = chain(x, {{"branch7x7x3_1", 192},
                              {"branch7x7x3_2", 192, {1, 7}},
                              {"branch7x7x3_3", 192, {7, 1}},
                              {"branch7x7x3_4", 192, 3, 2, false}});
    return join({a, b, max_pool("maxpool", x)});
  }

  /// Figure 7: 3 × 3 as 1 × 3 beside 3 × 1.
  Value mixed_7(const char* name, Value x) {
    auto scope = g.scope(name);
    const Value a = unit(x, {"branch1x1", 320});
    const Value narrow = unit(x, {"branch3x3_1", 384});
    const Value row = unit(narrow, {"branch3x3_2a", 384, {1, 3}});
    const Value column = unit(narrow, {"branch3x3_2b", 384, {3, 1}});
    const Value b = g.concat({"branch3x3_2", fmt::format("mixed9_{}", mixed - 9)}, {row, column});
    const Value deep = chain(x, {{"branch3x3dbl_1", 448}, {"branch3x3dbl_2", 384, 3}});
    const Value deep_row = unit(deep, {"branch3x3dbl_3a", 384, {1, 3}});
    const Value deep_column = unit(deep, {"branch3x3dbl_3b", 384, {3, 1}});
    const Value c = g.concat(numbered("branch3x3dbl_3", "concatenate"), {deep_row, deep_column});
    return join({a, b, c, pool_branch(x, 192)});
  }

  Value features(Value x) {
    x = chain(
        x,
        {{"Conv2d_1a_3x3", 32, 3, 2, false}, {"Conv2d_2a_3x3", 32, 3, 1, false}, {"Conv2d_2b_3x3", 64, 3}});
    x = max_pool("maxpool1", x);
    x = chain(x, {{"Conv2d_3b_1x1", 80}, {"Conv2d_4a_3x3", 192, 3, 1, false}});
    x = max_pool("maxpool2", x);
    x = mixed_5("Mixed_5b", x, 32);
    x = mixed_5("Mixed_5c", x, 64);
    x = mixed_5("Mixed_5d", x, 64);
    x = mixed_6a(x);
    x = mixed_6("Mixed_6b", x, 128);
    x = mixed_6("Mixed_6c", x, 160);
    x = mixed_6("Mixed_6d", x, 160);
    x = mixed_6("Mixed_6e", x, 192);
    x = mixed_7a(x);
    x = mixed_7("Mixed_7b", x);
    return mixed_7("Mixed_7c", x);
  }
};

}  // namespace

Graph build_inception_v3(const ModelOptions& options, Flavour flavour) {
  GraphBuilder g({3, options.input_px, options.input_px}, flavour);
  Writer write{g};
  return finish_with_head(g, write.features(g.input()), options, "fc", [&](Value y) {
    y = g.global_avg_pool({"avgpool", "avg_pool"}, y);
    y = g.dropout("dropout", y, options.dropout);
    return g.linear({"fc", "predictions"}, y, options.classes);
  });
}

}  // namespace giemsa
