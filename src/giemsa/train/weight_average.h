#pragma once
#include <cstdint>

#include "giemsa/train/torch_network.h"

namespace giemsa {

/// The moving average of all parameters, running statistics included: a ← a + (1 - decay) · (p - a).
/// Optimizer::step can update it in its own pass.
class WeightAverage {
 public:
  explicit WeightAverage(const TorchParams& params);
  void update(const TorchParams& params, double decay);
  TorchParams& values() { return values_; }

 private:
  TorchParams values_;
};

/// a ← a + share · (p - a), of n values.
void average_update(float* average, const float* param, std::int64_t n, float share);

/// The decay of a moving average at step t ≥ 0, warmed up: min(decay, (1 + t) / (10 + t)).
double ema_decay_at(double decay, std::int64_t step);

}  // namespace giemsa
