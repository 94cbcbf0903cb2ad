#pragma once
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>

#include "giemsa/train/epoch.h"
#include "giemsa/train/feature_loader.h"
#include "giemsa/train/optimizer.h"
#include "giemsa/train/plateau.h"
#include "giemsa/train/schedule.h"
#include "giemsa/train/setup.h"
#include "giemsa/train/validation.h"

namespace giemsa {

/// One stage while it runs: what is frozen, the optimizer, the batches and the schedule.
class Stage {
 public:
  /// Freezes and unfreezes `params` by the stage's plan. first_epoch: the number of the stage's first epoch
  /// in the run.
  Stage(TrainingSetup& setup, const StageOptions& options, TorchParams& params, std::int64_t first_epoch);

  Stage(const Stage&) = delete;  // what is passed on points into it
  Stage& operator=(const Stage&) = delete;

  Learner learner();
  BatchSource& batches() { return *batches_; }
  Optimizer& optimizer() { return optimizer_; }
  std::int64_t batches_per_epoch() const { return batches_->batches_per_epoch(); }

  /// One pass over the training part. epoch: in the run, from 1; average: null for none.
  EpochOutcome train(std::int64_t epoch, WeightAverage* average, std::int64_t& average_steps,
                     const PlateauState& plateau);
  /// Of these parameters: those that are trained, or their average.
  ValidationFigures validate(const TorchParams& params);

 private:
  bool remembers(NodeId prefix) const;
  bool shares_trunk(const TorchParams& params) const;
  void note_settled(WeightAverage& average);

  TrainingSetup& setup_;
  const StageOptions& options_;
  Graph graph_;         ///< for this stage's size of pictures
  LoaderSource train_;  ///< in that size
  TorchParams& params_;
  std::int64_t first_epoch_;
  SumOverPeers over_peers_;
  ForwardMode mode_;
  std::optional<Teacher> teacher_;
  LoaderOptions loader_options_;
  LoaderSource val_;  ///< this peer's share
  std::optional<FrozenTrunk> trunk_;
  std::vector<float> val_values_;  ///< of the trunk
  std::unique_ptr<BatchSource> batches_;
  Optimizer optimizer_;
  Schedule schedule_;
  std::vector<char> settled_;  ///< [params]: OptimizerStep::settled; empty before the first epoch
};

}  // namespace giemsa
