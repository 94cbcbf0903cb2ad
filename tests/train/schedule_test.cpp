#include "giemsa/train/schedule.h"

#include <gtest/gtest.h>

#include <fstream>
#include <nlohmann/json.hpp>

namespace giemsa {
namespace {

ScheduleOptions of_kind(const std::string& kind, double warmup_epochs = 0) {
  ScheduleOptions options;
  options.kind = kind;
  options.warmup_epochs = warmup_epochs;
  return options;
}

TEST(Schedule, AgreesWithPyTorch) {
  std::ifstream file(GIEMSA_TEST_DATA "/schedules.json");
  const auto cases = nlohmann::json::parse(file).at("schedules");
  ASSERT_EQ(cases.size(), 7u);
  for (const auto& one : cases) {
    const std::string kind = one.at("kind");
    Schedule schedule{.options = of_kind(kind), .lr = 0.3, .steps_per_epoch = 5, .epochs = 6};
    ScheduleOptions& o = schedule.options;
    if (kind == "step") {
      o.step_epochs = one.at("step_epochs");
      o.step_gamma = one.at("gamma");
    } else if (kind == "exponential") {
      o.epoch_gamma = one.at("gamma");
    } else if (kind == "cosine") {
      o.final_frac = one.at("final_frac");
    } else {
      o.one_cycle = {one.at("pct_start"), one.at("div_factor"), one.at("final_div_factor")};
    }
    const std::vector<double> rates = one.at("rates");
    ASSERT_EQ(rates.size(), 30u);
    for (std::int64_t step = 0; step < 30; ++step) {
      if (kind == "exponential" && step % 5 != 0) continue;  // PyTorch's falls once per epoch
      EXPECT_NEAR(learning_rate(schedule, step), rates[step], 1e-12) << kind << ", step " << step;
    }
  }
}

struct RateCase {
  Schedule schedule;
  std::int64_t step;
  double rate;
};

TEST(Schedule, HasTheseEndpoints) {
  Schedule cosine{.options = of_kind("cosine", 0.4), .lr = 1, .steps_per_epoch = 10, .epochs = 2};
  cosine.options.final_frac = 0.1;
  cosine.epochs = 2;
  const Schedule only_warmup{.options = of_kind("cosine", 8), .lr = 4, .steps_per_epoch = 1, .epochs = 4};
  const Schedule one_step{.options = of_kind("cosine"), .lr = 4};
  const Schedule constant{.options = of_kind("constant", 0.5), .lr = 3, .steps_per_epoch = 4, .epochs = 2};
  const Schedule plateau{.options = of_kind("plateau", 1), .lr = 3, .steps_per_epoch = 4, .epochs = 2};
  Schedule step{.options = of_kind("step", 1), .lr = 2, .steps_per_epoch = 4, .epochs = 6};
  step.options.step_epochs = 2;
  step.options.step_gamma = 0.5;
  Schedule exponential{.options = of_kind("exponential"), .lr = 1, .steps_per_epoch = 2, .epochs = 3};
  exponential.options.epoch_gamma = 0.25;
  Schedule one_cycle{.options = of_kind("one_cycle", 1), .lr = 1, .steps_per_epoch = 10, .epochs = 5};
  one_cycle.options.one_cycle = {.pct_start = 0.25, .div = 4, .final_div = 10};
  Schedule no_way_up = one_cycle;
  no_way_up.options.warmup_epochs = 0;
  no_way_up.options.one_cycle.pct_start = 0;
  const RateCase cases[] = {
      {cosine, 0, 0.25},      {cosine, 3, 1},         {cosine, 4, 1},  // linear, then the cosine's top
      {cosine, 19, 0.1},      {cosine, 25, 0.1},                       // the last step, and beyond
      {only_warmup, 0, 0.5},  {only_warmup, 3, 2},    {one_step, 0, 4},
      {constant, 0, 1.5},     {constant, 1, 3},       {constant, 7, 3},
      {plateau, 0, 0.75},     {plateau, 7, 3},        {step, 3, 2},
      {step, 11, 2},          {step, 12, 1},          {step, 20, 0.5},
      {exponential, 0, 1},    {exponential, 1, 0.5},  {exponential, 4, 0.0625},
      {one_cycle, 0, 0.025},  {one_cycle, 9, 0.25},   {one_cycle, 10, 0.25},
      {one_cycle, 19, 1},     {one_cycle, 49, 0.025}, {no_way_up, 49, 0.025},
      {no_way_up, 60, 0.025},
  };
  for (const auto& [schedule, at, rate] : cases) {
    EXPECT_NEAR(learning_rate(schedule, at), rate, 1e-12) << schedule.options.kind << ", step " << at;
  }
}

}  // namespace
}  // namespace giemsa
