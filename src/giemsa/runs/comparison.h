#pragma once
#include <span>
#include <string>

#include "giemsa/runs/run.h"
#include "giemsa/runs/table.h"

namespace giemsa {

// Runs side by side; each is a column, headed by its number from 1.

/// Options and facts of environment.json that differ between the runs; "–" where one does not have it.
Table differences_table(std::span<const TrainingRun> runs);

/// Where the runs stand, and the figures of their best and their last epochs.
Table figures_table(std::span<const TrainingRun> runs);

/// A warning where their figures must not be compared, since they were trained on different splits; or "".
std::string unlike_data(std::span<const TrainingRun> runs);

/// All of that for a terminal.
std::string comparison_text(std::span<const TrainingRun> runs);

}  // namespace giemsa
