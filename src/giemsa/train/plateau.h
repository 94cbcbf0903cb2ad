#pragma once
#include <cstdint>

#include "giemsa/run/schedule_options.h"

namespace giemsa {

/// Where the plateau schedule of a stage stands; a checkpoint keeps it.
struct PlateauState {
  double frac = 1;  ///< of the schedule's rate
  bool has_best = false;
  double best = 0;
  std::int64_t bad_epochs = 0;  ///< since the best, or since frac fell
};

/// The state after one more epoch, as PyTorch's ReduceLROnPlateau has it: a figure is better than the best if
/// it is so by `threshold` of the best; after more than `patience` epochs without one, frac falls by
/// `factor`, never below `min_frac`. Figures must not be negative. One that is not a number is not better.
PlateauState after_epoch(PlateauState state, const PlateauOptions& options, double figure,
                         bool higher_is_better);

}  // namespace giemsa
