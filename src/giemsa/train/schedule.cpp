#include "giemsa/train/schedule.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace giemsa {

double learning_rate(const CosineSchedule& s, std::int64_t step) {
  if (step < s.warmup_steps)
    return s.lr * static_cast<double>(step + 1) / static_cast<double>(s.warmup_steps);
  const std::int64_t length = std::max<std::int64_t>(s.steps - s.warmup_steps - 1, 1);
  const double share =
      std::min(1.0, static_cast<double>(step - s.warmup_steps) / static_cast<double>(length));
  return s.lr * (s.final_frac + (1 - s.final_frac) * 0.5 * (1 + std::cos(std::numbers::pi * share)));
}

double ema_decay_at(double decay, std::int64_t step) {
  const auto t = static_cast<double>(step);
  return std::min(decay, (1 + t) / (10 + t));
}

}  // namespace giemsa
