#include "giemsa/train/lion.h"

#include "giemsa/core/vector_clones.h"

namespace giemsa {

namespace {

struct LionCoefficients {
  GradientTerms gradient;
  float beta1, rest1, beta2, rest2;  // rest: 1 - beta, taken in double
  float shrink, rate;                // 1 - shrink would be off by 3e-8 in float, always to the same side
};

GIEMSA_VECTOR_CLONES void lion_loop(float* __restrict p, const float* __restrict g, float* __restrict m,
                                    std::int64_t n, const LionCoefficients c) {
  for (std::int64_t i = 0; i < n; ++i) {
    const float gradient = c.gradient(g[i], p[i]);
    const float u = c.beta1 * m[i] + c.rest1 * gradient;
    const float sign = u > 0   ? 1.f
                       : u < 0 ? -1.f
                               : u;  // no number goes on into the weight, for the loss to tell
    p[i] -= c.shrink * p[i] + c.rate * sign;
    m[i] = c.beta2 * m[i] + c.rest2 * gradient;
  }
}

}  // namespace

void lion_update(float* param, const float* gradient, float* momentum, std::int64_t n, const LionUpdate& u) {
  lion_loop(param, gradient, momentum, n,
            {.gradient = u.gradient,
             .beta1 = static_cast<float>(u.beta1),
             .rest1 = static_cast<float>(1 - u.beta1),
             .beta2 = static_cast<float>(u.beta2),
             .rest2 = static_cast<float>(1 - u.beta2),
             .shrink = static_cast<float>(u.learning_rate * u.weight_decay),
             .rate = static_cast<float>(u.learning_rate)});
}

}  // namespace giemsa
