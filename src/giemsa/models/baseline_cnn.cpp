#include "giemsa/models/baseline_cnn.h"

#include <initializer_list>

#include "giemsa/graph/builder.h"
#include "giemsa/models/glorot.h"
#include "giemsa/models/head.h"

namespace giemsa {

namespace {

/// [C, H, W] → [out, H / 2, W / 2].
Value conv_relu_pool(GraphBuilder& g, Value x, std::int64_t out_channels) {
  const Init init = glorot_uniform(9.0 * x.channels(), 9.0 * out_channels);
  x = g.conv("conv", x, out_channels, {.kernel = 3, .bias = true, .init = init});
  x = g.activation("relu", x, Activation::Relu);
  return g.max_pool("pool", x);
}

Graph build(const ModelOptions& options, std::initializer_list<int> filters, double l2) {
  GraphBuilder g({3, options.input_px, options.input_px});
  Value x = g.input();
  int index = 1;
  for (const int channels : filters) {
    auto scope = g.scope(index++);
    x = conv_relu_pool(g, x, channels);
  }
  return finish_with_head(g, x, options, "head", [&](Value y) {
    auto head = g.scope("head");
    y = g.flatten("flatten", y);
    y = glorot_dense(g, "fc1", y, 128, l2);
    y = g.activation("relu", y, Activation::Relu);
    y = g.dropout("drop", y, options.dropout);
    return glorot_dense(g, "fc2", y, options.classes, l2);
  });
}

}  // namespace

Graph build_baseline_cnn(const ModelOptions& options) { return build(options, {32, 64}, 0); }

Graph build_baseline_cnn3(const ModelOptions& options) {
  return build(options, {32, 64, 128}, options.head.l2);
}

}  // namespace giemsa
