#pragma once
#include <string>

#include "giemsa/runs/run.h"
#include "giemsa/runs/run_data.h"
#include "giemsa/runs/table.h"

namespace giemsa {

/// A row for each epoch with all its figures; the stage where it begins, and a star at the epoch whose
/// weights are the model.
Table epochs_table(const TrainingRun& run);

/// "epoch 4 of 30, unfinished; best: epoch 3, accuracy 0.9123, loss 0.2310"
std::string standing(const TrainingRun& run);

/// "stages: head 2/2, all 5/8 (ended early)"; "" where they are not known.
std::string stages_in_brief(const TrainingRun& run);

/// All of a run for a terminal: where it stands, data, options that are not at their defaults, epochs.
std::string run_text(const TrainingRun& run, const RunData& data);

}  // namespace giemsa
