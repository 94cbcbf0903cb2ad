#pragma once
#include <cstdint>

#include "giemsa/train/gradient.h"

namespace giemsa {

/// Adam (Kingma, Ba 2015, arXiv 1412.6980) and AdamW (Loshchilov, Hutter 2019, arXiv 1711.05101) in PyTorch's
/// form. AdamW shrinks the weights; Adam's weight decay is a linear term of the gradient.
struct AdamUpdate {
  GradientTerms gradient;
  double learning_rate;
  double beta1, beta2;
  double epsilon;
  double weight_decay;  ///< decoupled, as AdamW has it; 0 in Adam
  std::int64_t step;    ///< from 1
};

/// One update of n values. first, second: their moments, zeros at first.
void adam_update(float* param, const float* gradient, float* first, float* second, std::int64_t n,
                 const AdamUpdate& update);

}  // namespace giemsa
