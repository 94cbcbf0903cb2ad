#pragma once
#include "giemsa/graph/builder.h"

namespace giemsa::testing {

/// Convolution x with a ReLU, two convolutions y and z added to it, pooling, dense layer: small enough to say
/// by hand in which form each value is kept.
inline Graph residual_network() {
  GraphBuilder g({8, 6, 6});
  const Value x = g.activation("relu", g.conv("x", g.input(), 8, {}), Activation::Relu);
  const Value sum = g.add("sum", x, g.conv("z", g.conv("y", x, 32, {}), 8, {}));
  return g.finish(sum, g.linear("head", g.global_avg_pool("pool", sum), 4), "head");
}

}  // namespace giemsa::testing
