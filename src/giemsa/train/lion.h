#pragma once
#include <cstdint>

#include "giemsa/train/gradient.h"

namespace giemsa {

/// Lion (Chen et al. 2023, arXiv 2302.06675): p ← p (1 - rate · weight_decay) - rate · sign(β1 m + (1 - β1)
/// g); m ← β2 m + (1 - β2) g.
struct LionUpdate {
  GradientTerms gradient;
  double learning_rate;
  double beta1, beta2;
  double weight_decay;
};

/// One update of n values. momentum: their m, zeros at first.
void lion_update(float* param, const float* gradient, float* momentum, std::int64_t n,
                 const LionUpdate& update);

}  // namespace giemsa
