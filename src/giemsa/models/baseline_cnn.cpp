#include "giemsa/models/baseline_cnn.h"

#include <cmath>

#include "giemsa/graph/builder.h"

namespace giemsa {

namespace {

/// Glorot and Bengio 2010, equation 16; the default of Keras, in which the report was written.
Init glorot_uniform(double fan_in, double fan_out) {
  return {Init::Kind::Uniform, static_cast<float>(std::sqrt(6.0 / (fan_in + fan_out)))};
}

/// [C, H, W] → [out, H / 2, W / 2].
Value conv_relu_pool(GraphBuilder& g, Value x, std::int64_t out_channels) {
  const Init init = glorot_uniform(9.0 * x.channels(), 9.0 * out_channels);
  x = g.conv("conv", x, out_channels, {.kernel = 3, .bias = true, .init = init});
  x = g.activation("relu", x, Activation::Relu);
  return g.max_pool("pool", x);
}

Value dense(GraphBuilder& g, const char* name, Value x, std::int64_t out_features) {
  return g.linear(
      name, x, out_features,
      {.init = glorot_uniform(static_cast<double>(x.channels()), static_cast<double>(out_features))});
}

}  // namespace

Graph build_baseline_cnn(const ModelOptions& options) {
  GraphBuilder g({3, options.input_px, options.input_px});
  Value x = g.input();
  int index = 1;
  for (const std::int64_t channels : {32, 64}) {
    auto scope = g.scope(index++);
    x = conv_relu_pool(g, x, channels);
  }
  const Value features = x;
  auto head = g.scope("head");
  x = g.flatten("flatten", x);
  x = dense(g, "fc1", x, 128);
  x = g.activation("relu", x, Activation::Relu);
  x = g.dropout("drop", x, options.dropout);
  return g.finish(features, dense(g, "fc2", x, options.classes), "head");
}

}  // namespace giemsa
