#pragma once
#include <filesystem>
#include <span>

#include "giemsa/runs/run.h"
#include "giemsa/runs/run_data.h"

namespace giemsa {

// Pages for people. The figures are in the page; their scripts and data lie beside it, in the folder
// NAME_figures for NAME.html. Throw Io when the files cannot be written or gnuplot cannot draw.

/// A run: its losses, figures and rate over the epochs, the epochs as a table, options, data.
void write_run_page(const std::filesystem::path& html, const TrainingRun& run, const RunData& data);

/// As many runs as lines can be told apart in one figure.
inline constexpr std::size_t kMostCompared = 12;

/// Runs side by side, at most kMostCompared: what differs between them, their figures, and the validation
/// figures of all in one drawing each. They are named by their numbers from 1.
void write_comparison_page(const std::filesystem::path& html, std::span<const TrainingRun> runs);

}  // namespace giemsa
