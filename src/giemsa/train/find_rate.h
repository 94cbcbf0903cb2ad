#pragma once
#include <vector>

#include "giemsa/train/rate_finder.h"
#include "giemsa/train/trainer.h"

namespace giemsa {

/// A range test of learning rates, and what it suggests.
struct FoundRate {
  std::vector<double> rates, losses, smoothed;  ///< [steps]
  RateSuggestion suggestion;
};

/// Trains the configuration's stage `stage` (from 0) on its first batches at growing rates, from the weights
/// that the run would begin with; leaves nothing but weights.txt in `folder`, which is made. Throws as
/// train() does; Data when the losses suggest no rate.
FoundRate find_rate(const Source& source, Config config, const std::filesystem::path& folder,
                    std::size_t stage, const RateFinderOptions& options, const TrainObserver& observer);

}  // namespace giemsa
