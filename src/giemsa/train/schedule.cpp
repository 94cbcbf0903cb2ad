#include "giemsa/train/schedule.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace giemsa {

namespace {

/// From `from` at share 0 to `to` at share 1, along half a cosine.
double half_cosine(double from, double to, double share) {
  return to + (from - to) * 0.5 * (1 + std::cos(std::numbers::pi * share));
}

/// Shares of lr. t: steps behind the warm-up; length: of them all, at least 1.
double cosine(double final_frac, double t, double length) {
  return half_cosine(1, final_frac, std::min(1.0, t / std::max(length - 1, 1.0)));
}

double one_cycle(const OneCycleOptions& o, double t, double length) {
  const double first = 1 / o.div, last = first / o.final_div;
  const double top = o.pct_start * length - 1,
               end = length - 1;  // the steps of the highest and the last rate
  if (t <= top) return half_cosine(first, 1, top > 0 ? t / top : 1);
  return half_cosine(1, last, end > top ? std::min(1.0, (t - top) / (end - top)) : 1);
}

/// The rate t steps behind the warm-up.
double share_of_lr(const ScheduleOptions& o, double t, double length, double steps_per_epoch) {
  const double epochs = t / steps_per_epoch;
  if (o.kind == "step")
    return std::pow(o.step_gamma, std::floor(epochs / static_cast<double>(o.step_epochs)));
  if (o.kind == "exponential") return std::pow(o.epoch_gamma, epochs);
  if (o.kind == "cosine") return cosine(o.final_frac, t, length);
  if (o.kind == "one_cycle") return one_cycle(o.one_cycle, t, length);
  return 1;  // constant; plateau
}

}  // namespace

double learning_rate(const Schedule& s, std::int64_t step) {
  const std::int64_t steps = std::max<std::int64_t>(s.epochs * s.steps_per_epoch, 1);
  step = std::min(step, steps - 1);
  const std::int64_t warmup = std::llround(s.options.warmup_epochs * static_cast<double>(s.steps_per_epoch));
  const std::int64_t length = std::max<std::int64_t>(steps - warmup, 1);
  const auto share = [&](std::int64_t t) {
    return share_of_lr(s.options, static_cast<double>(t), static_cast<double>(length),
                       static_cast<double>(s.steps_per_epoch));
  };
  if (step >= warmup) return s.lr * share(step - warmup);
  return s.lr * share(0) * static_cast<double>(step + 1) / static_cast<double>(warmup);
}

}  // namespace giemsa
