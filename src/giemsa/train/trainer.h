#pragma once
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "giemsa/core/progress.h"
#include "giemsa/data/source.h"
#include "giemsa/run/config.h"
#include "giemsa/run/epoch_record.h"
#include "giemsa/run/peer_environment.h"

namespace giemsa {

/// What a training tells while it runs. Any may be empty.
struct TrainObserver {
  std::function<void(const std::string& line)> say = {};
  ProgressCallback decoded = {};
  /// While pictures go through a frozen trunk.
  ProgressCallback remembered = {};
  /// After every step: how many of the epoch are done, and the epoch's figures so far.
  std::function<void(std::int64_t epoch, std::int64_t step, std::int64_t steps, double loss, double accuracy,
                     double images_per_second)>
      stepped = {};
  std::function<void(const EpochRecord&)> epoch_ended = {};
};

struct TrainResult {
  std::int64_t best_epoch = 0;
  double val_accuracy = 0, val_loss = 0;  ///< at the best epoch
};

/// How a training is started.
struct TrainLaunch {
  bool resume = false;          ///< go on after the last checkpoint of the folder
  std::int64_t stop_after = 0;  ///< end after so many epochs in all, to be resumed; 0: at the end
  PeerEnvironment peers = {};   ///< this process among those that train together
};

/// Trains by the configuration and leaves in the run folder:
///   config.toml  environment.json  split.csv  findings.csv  classes.csv (pictures, weight and draws of each)
///   weights.txt (what the weight file gave)
///   metrics.jsonl  checkpoint.safetensors (every epoch)  model.giemsa/ (the best epoch's averaged weights)
/// With launch.resume, goes on after the last checkpoint of `folder`, whose own config.toml and split.csv
/// then hold; the result has the same bits as that of a run that was never interrupted. Throws Usage, Data,
/// Io or Model before the first step for anything that can be known by then; Data when the loss stops being a
/// number.
TrainResult train(const Source& source, Config config, const std::filesystem::path& folder,
                  const TrainLaunch& launch, const TrainObserver& observer);

}  // namespace giemsa
