#pragma once
#include "giemsa/graph/builder.h"

namespace giemsa {

/// Uniform in ± √(6 / (fan_in + fan_out)): Glorot and Bengio 2010, equation 16; the default of Keras, in
/// which both reports were written.
Init glorot_uniform(double fan_in, double fan_out);

/// A dense layer that starts so. l2: see LinearOptions.
Value glorot_dense(GraphBuilder& g, const char* name, Value x, std::int64_t out_features, double l2 = 0);

}  // namespace giemsa
