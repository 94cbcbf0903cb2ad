#pragma once
#include <cstdint>

namespace giemsa {

/// The gradient that an update takes, from that of a value and the value itself:
/// scale · g + sign · sign(p) + linear · p. Scaling, clipping, L1, L2 and coupled weight decay all come to
/// it.
struct GradientTerms {
  float scale = 1, sign = 0, linear = 0;

  [[gnu::always_inline]] float operator()(float g, float p) const {
    return scale * g + sign * static_cast<float>((p > 0) - (p < 0)) + linear * p;
  }
};

/// The sum of the squares of n such gradients.
double sum_of_squares(const float* gradient, const float* param, std::int64_t n, GradientTerms terms);

/// What all gradients are multiplied by so that they are no longer than clip_norm together, as in
/// torch.nn.utils.clip_grad_norm_. norm: their length.
double clip_factor(double norm, double clip_norm);

}  // namespace giemsa
