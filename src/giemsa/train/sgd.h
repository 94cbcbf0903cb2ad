#pragma once
#include <cstdint>

#include "giemsa/train/gradient.h"

namespace giemsa {

/// Stochastic gradient descent in PyTorch's form, without dampening:
/// b ← momentum · b + g;  p ← p - rate · (nesterov ? g + momentum · b : b).
struct SgdUpdate {
  GradientTerms gradient;
  float learning_rate;
  float momentum;
  bool nesterov;
};

/// One update of n values. momentum: their buffers b, zeros at first; null where there is no momentum.
void sgd_update(float* param, const float* gradient, float* momentum, std::int64_t n,
                const SgdUpdate& update);

}  // namespace giemsa
