#pragma once
#include <span>
#include <string>

#include "giemsa/runs/run.h"

namespace giemsa {

// Figures that are no numbers are null; text that is not UTF-8, as a file name may be, is replaced.

/// A JSON array with an object for each run: path, state, problems, network, recipe, epochs, planned,
/// seconds, stages, best (all figures of that epoch by the keys of metrics.jsonl, or null), last (of the last
/// epoch).
std::string list_json(std::span<const TrainingRun> runs);

/// {"runs": as list_json(), "options": [{"key", "values"}…], "environment": the same}: what differs. A value
/// is null where a run does not have it; options are text as in TOML.
std::string comparison_json(std::span<const TrainingRun> runs);

}  // namespace giemsa
