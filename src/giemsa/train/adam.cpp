#include "giemsa/train/adam.h"

#include <cmath>

#include "giemsa/core/vector_clones.h"

namespace giemsa {

namespace {

struct AdamCoefficients {
  GradientTerms gradient;
  float beta1, rest1, beta2, rest2;  // rest: 1 - beta, taken in double; in float it is off by 1e-5 of itself
  float keep, step_size, inverse_sqrt_correction, epsilon;
};

// The square root becomes a vector instruction only when this file is compiled with -fno-math-errno.
GIEMSA_VECTOR_CLONES void adam_loop(float* __restrict p, const float* __restrict g, float* __restrict m,
                                    float* __restrict v, std::int64_t n, const AdamCoefficients c) {
  for (std::int64_t i = 0; i < n; ++i) {
    const float gradient = c.gradient(g[i], p[i]);
    m[i] = c.beta1 * m[i] + c.rest1 * gradient;
    v[i] = c.beta2 * v[i] + c.rest2 * gradient * gradient;
    p[i] *= c.keep;
  }
  // A loop of its own, so that what is kept has been rounded, as in PyTorch: the rounding of a product that
  // hardly changes adds up, to 5e-6 in 100 steps.
  for (std::int64_t i = 0; i < n; ++i) {
    p[i] -= c.step_size * m[i] / (std::sqrt(v[i]) * c.inverse_sqrt_correction + c.epsilon);
  }
}

}  // namespace

void adam_update(float* param, const float* gradient, float* first, float* second, std::int64_t n,
                 const AdamUpdate& u) {
  const double correction1 = 1 - std::pow(u.beta1, u.step), correction2 = 1 - std::pow(u.beta2, u.step);
  adam_loop(param, gradient, first, second, n,
            {.gradient = u.gradient,
             .beta1 = static_cast<float>(u.beta1),
             .rest1 = static_cast<float>(1 - u.beta1),
             .beta2 = static_cast<float>(u.beta2),
             .rest2 = static_cast<float>(1 - u.beta2),
             .keep = static_cast<float>(1 - u.learning_rate * u.weight_decay),
             .step_size = static_cast<float>(u.learning_rate / correction1),
             .inverse_sqrt_correction = static_cast<float>(1 / std::sqrt(correction2)),
             .epsilon = static_cast<float>(u.epsilon)});
}

}  // namespace giemsa
