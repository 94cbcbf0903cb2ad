#pragma once
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "giemsa/runs/run.h"

namespace giemsa {

/// The best of a validation figure first (selection_metrics(), of the epoch whose weights are the model);
/// then those without it. Equal ones stay in their order. Throws Usage for another figure.
void sort_runs(std::vector<TrainingRun>& runs, std::string_view metric);

/// What was trained, in a few words: "64 px, batch 32, head adamw 0.001 + all adamw 0.0001, weights x.pth".
std::string recipe_in_brief(const Config& config);

/// A table with a line for each run, and below it why the broken ones are broken.
std::string list_text(std::span<const TrainingRun> runs);

}  // namespace giemsa
