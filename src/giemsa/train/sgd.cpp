#include "giemsa/train/sgd.h"

#include "giemsa/core/vector_clones.h"

namespace giemsa {

namespace {

GIEMSA_VECTOR_CLONES void plain_loop(float* __restrict p, const float* __restrict g, std::int64_t n,
                                     const GradientTerms terms, const float rate) {
  for (std::int64_t i = 0; i < n; ++i) p[i] -= rate * terms(g[i], p[i]);
}

/// of_gradient, of_buffer: rates of the two parts of the step.
GIEMSA_VECTOR_CLONES void momentum_loop(float* __restrict p, const float* __restrict g, float* __restrict b,
                                        std::int64_t n, const GradientTerms terms, const float momentum,
                                        const float of_gradient, const float of_buffer) {
  for (std::int64_t i = 0; i < n; ++i) {
    const float gradient = terms(g[i], p[i]);
    b[i] = momentum * b[i] + gradient;
    p[i] -= of_gradient * gradient + of_buffer * b[i];
  }
}

}  // namespace

void sgd_update(float* param, const float* gradient, float* momentum, std::int64_t n, const SgdUpdate& u) {
  if (!momentum) return plain_loop(param, gradient, n, u.gradient, u.learning_rate);
  momentum_loop(param, gradient, momentum, n, u.gradient, u.momentum, u.nesterov ? u.learning_rate : 0,
                u.nesterov ? u.learning_rate * u.momentum : u.learning_rate);
}

}  // namespace giemsa
