#pragma once
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "giemsa/run/config.h"
#include "giemsa/run/epoch_record.h"

namespace giemsa {

/// How far a stage of a run has come.
struct StageProgress {
  std::string name;
  std::int64_t planned = 0, done = 0;  ///< epochs
  bool over = false;                   ///< trained to its last epoch, or ended by train.patience

  bool ended_early() const { return over && done < planned; }
  /// Epochs of the run that belong to it, as far as is known.
  std::int64_t length() const { return over ? done : planned; }
  bool operator==(const StageProgress&) const = default;
};

/// The stages of `config`, one each, after `epochs`, by the rules of training: a stage is over after its
/// epochs, or after train.patience epochs without a better figure. Throws Data where the epochs are not those
/// of such a run: numbered otherwise than 1, 2, …, of another stage, or too many.
std::vector<StageProgress> follow_stages(const Config& config, std::span<const EpochRecord> epochs);

/// How long the epochs that are still planned will take: each as the mean of its stage so far, or as the last
/// epoch where its stage has not begun. NaN before the first epoch.
double seconds_left(std::span<const StageProgress> stages, std::span<const EpochRecord> epochs);

}  // namespace giemsa
