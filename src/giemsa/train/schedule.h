#pragma once
#include <cstdint>

namespace giemsa {

/// Linear warm-up, then a cosine from `lr` to `lr · final_frac` (Loshchilov, Hutter 2017, arXiv 1608.03983).
struct CosineSchedule {
  double lr = 1e-3;
  double final_frac = 0;
  std::int64_t warmup_steps = 0;
  std::int64_t steps = 1;  ///< in all, warm-up included
};

/// The rate at step 0 … steps - 1. The first warm-up step has lr / warmup_steps, the last step the final
/// rate.
double learning_rate(const CosineSchedule& schedule, std::int64_t step);

/// The decay of a moving average at step t ≥ 0, warmed up: min(decay, (1 + t) / (10 + t)).
double ema_decay_at(double decay, std::int64_t step);

}  // namespace giemsa
