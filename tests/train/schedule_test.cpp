#include "giemsa/train/schedule.h"

#include <gtest/gtest.h>

namespace giemsa {
namespace {

struct RateCase {
  CosineSchedule schedule;
  std::int64_t step;
  double rate;
};

TEST(CosineSchedule, WarmsUpAndFallsToItsFinalRate) {
  constexpr CosineSchedule kWhole{.lr = 1, .final_frac = 0.1, .warmup_steps = 4, .steps = 15};
  constexpr CosineSchedule kNoWarmup{.lr = 2, .final_frac = 0, .warmup_steps = 0, .steps = 5};
  constexpr CosineSchedule kConstant{.lr = 3, .final_frac = 1, .warmup_steps = 0, .steps = 4};
  constexpr CosineSchedule kOneStep{.lr = 4, .final_frac = 0.5, .warmup_steps = 0, .steps = 1};
  constexpr CosineSchedule kOnlyWarmup{.lr = 4, .final_frac = 0.5, .warmup_steps = 8, .steps = 4};
  const RateCase cases[] = {
      {kWhole, 0, 0.25}, {kWhole, 1, 0.5},  {kWhole, 3, 1},  // linear: 1/4 … 4/4
      {kWhole, 4, 1},    {kWhole, 9, 0.55},                  // the cosine's top and its middle
      {kWhole, 14, 0.1}, {kWhole, 20, 0.1},                  // the last step, and beyond
      {kNoWarmup, 0, 2}, {kNoWarmup, 2, 1}, {kNoWarmup, 4, 0},     {kConstant, 0, 3},
      {kConstant, 3, 3}, {kOneStep, 0, 4},  {kOnlyWarmup, 0, 0.5}, {kOnlyWarmup, 3, 2},
  };
  for (const auto& [schedule, step, rate] : cases) {
    EXPECT_NEAR(learning_rate(schedule, step), rate, 1e-12) << "step " << step << " of " << schedule.steps;
  }
}

TEST(EmaDecay, IsWarmedUp) {
  const struct {
    double decay;
    std::int64_t step;
    double expected;
  } cases[] = {
      {0.998, 0, 0.1}, {0.998, 8, 0.5}, {0.998, 90, 0.91}, {0.998, 1'000'000, 0.998}, {0.05, 0, 0.05}};
  for (const auto& [decay, step, expected] : cases) {
    EXPECT_NEAR(ema_decay_at(decay, step), expected, 1e-12) << decay << ", step " << step;
  }
}

}  // namespace
}  // namespace giemsa
