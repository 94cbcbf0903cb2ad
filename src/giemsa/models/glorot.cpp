#include "giemsa/models/glorot.h"

#include <cmath>

namespace giemsa {

Init glorot_uniform(double fan_in, double fan_out) {
  return {Init::Kind::Uniform, static_cast<float>(std::sqrt(6 / (fan_in + fan_out)))};
}

Value glorot_dense(GraphBuilder& g, const char* name, Value x, std::int64_t out_features, double l2) {
  const Init init = glorot_uniform(static_cast<double>(x.channels()), static_cast<double>(out_features));
  return g.linear(name, x, out_features, {.init = init, .l2 = static_cast<float>(l2)});
}

}  // namespace giemsa
