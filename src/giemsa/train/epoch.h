#pragma once
#include <cstdint>
#include <functional>

#include "giemsa/train/batch_pass.h"
#include "giemsa/train/figures.h"
#include "giemsa/train/optimizer.h"
#include "giemsa/train/peers.h"

namespace giemsa {

/// What one pass over the training part works on and with.
struct EpochWork {
  const Learner& learner;
  Optimizer& optimizer;
  WeightAverage* average;            ///< null: none is kept
  const std::vector<char>* settled;  ///< OptimizerStep::settled
  BatchSource& batches;
  Peers& peers;
  std::function<double(std::int64_t update)> rate;  ///< the learning rate of the epoch's update 0, 1, …
  double ema_decay;
  std::int64_t accumulate;  ///< batches per update
  std::int64_t epoch;       ///< over all stages, from 1; names the random streams
  std::int64_t& average_steps;
};

/// Updates of an epoch of so many batches; the last one may have fewer than the others.
std::int64_t updates_per_epoch(std::int64_t batches, std::int64_t accumulate);

struct EpochOutcome {
  Figures figures;  ///< of all peers; the loss without penalties, but with the class weights
  double last_rate = 0, images_per_second = 0;
};

/// One pass over the training part. stepped(batch from 1, this peer's figures so far, images/s of all) after
/// every batch. Throws Data when the loss stops being a number.
EpochOutcome train_epoch(EpochWork& work,
                         const std::function<void(std::int64_t batch, const Figures&, double rate)>& stepped);

}  // namespace giemsa
