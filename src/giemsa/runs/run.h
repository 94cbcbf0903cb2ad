#pragma once
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "giemsa/run/config.h"
#include "giemsa/run/epoch_record.h"
#include "giemsa/runs/stages.h"

namespace giemsa {

enum class RunState {
  Finished,
  StoppedEarly,  ///< finished; train.patience ended a stage before its last epoch
  Unfinished,    ///< still training, stopped or killed: the folder cannot tell which
  Broken,
};
std::string_view name_of(RunState state);  // "finished", "stopped early", …

/// What a run folder tells of a training. Where a file is missing or malformed, `problems` says so, and the
/// rest is there all the same.
struct TrainingRun {
  std::filesystem::path folder;
  std::optional<Config> config;
  std::vector<EpochRecord> epochs;
  std::vector<StageProgress> stages;                             ///< of config; empty where broken
  std::vector<std::pair<std::string, std::string>> environment;  ///< of environment.json
  std::vector<std::string> problems;                             ///< not empty: the run is broken

  RunState state() const;
  /// The epoch whose weights are the model; null when there is none yet.
  const EpochRecord* best() const;
  /// Epochs from the first to the last, as far as is known; nothing where config.toml cannot be read.
  std::optional<std::int64_t> planned_epochs() const;
  /// Of all epochs together.
  double seconds() const;
};

/// Whether training has begun, or is about to, in that folder.
bool holds_run(const std::filesystem::path& folder);

/// Throws Usage when the folder holds no run; everything else that is wrong with it is one of its problems.
TrainingRun open_run(const std::filesystem::path& folder);

}  // namespace giemsa
