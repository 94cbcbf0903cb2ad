#pragma once
#include <cstdint>
#include <string>

#include "giemsa/core/options.h"

namespace giemsa {

/// The cycle of PyTorch's OneCycleLR with cosines: up from lr / div to lr, down to lr / (div · final_div).
struct OneCycleOptions {
  double pct_start = 0.3;
  double div = 25;
  double final_div = 1e4;
};

/// PyTorch's ReduceLROnPlateau with its relative threshold, on the figure of a validation.
struct PlateauOptions {
  double factor = 0.1;
  std::int64_t patience = 10;
  double threshold = 1e-4;
  double min_frac = 0;
};

/// How the learning rate of a stage changes (train/schedule.h). describe() says what each field means.
struct ScheduleOptions {
  std::string kind = "cosine";
  double warmup_epochs = 0.5;
  double final_frac = 0.01;
  std::int64_t step_epochs = 10;
  double step_gamma = 0.1;
  double epoch_gamma = 0.9;
  OneCycleOptions one_cycle = {};
  PlateauOptions plateau = {};
};

void describe(OptionVisitor& visit, OneCycleOptions& options);
void describe(OptionVisitor& visit, PlateauOptions& options);
void describe(OptionVisitor& visit, ScheduleOptions& options);

}  // namespace giemsa
