#pragma once
#include <cstddef>
#include <string>
#include <vector>

#include "giemsa/runs/run.h"

namespace giemsa {

/// A run while it trains, for a terminal of that size: where it stands, the time left, curves of its figures
/// with the stages below them. since_epoch_s: seconds since its last epoch ended. Lines that do not fit are
/// left out, the last ones first; longer ones are cut.
std::vector<std::string> live_view(const TrainingRun& run, double since_epoch_s, std::size_t columns,
                                   std::size_t rows);

/// The epoch in a line: "epoch 4/30 (all): rate 0.003, train loss 1.2345, …, best".
std::string epoch_line(const TrainingRun& run, const EpochRecord& record);

}  // namespace giemsa
