#pragma once
#include <cstdint>
#include <functional>

#include "giemsa/train/adamw.h"
#include "giemsa/train/batch_loader.h"
#include "giemsa/train/figures.h"
#include "giemsa/train/schedule.h"
#include "giemsa/train/torch_network.h"

namespace giemsa {

/// What one pass over the training part works on and with.
struct EpochWork {
  const Graph& graph;
  TorchParams& params;
  const ForwardMode& mode;
  AdamW& optimizer;
  WeightAverage* average;  ///< null: none is kept
  BatchLoader& loader;
  CosineSchedule schedule;
  double ema_decay, label_smoothing;
  const torch::Tensor& class_weights;  ///< [K] f32; undefined: all alike
  std::uint64_t seed;
  std::int64_t epoch;       ///< over all stages, from 1; names the random streams
  std::int64_t first_step;  ///< of the stage, for the schedule
  std::int64_t& average_steps;
};

struct EpochOutcome {
  Figures figures;  ///< the loss without the L2 penalty, as validation has none, but with the class weights
  double last_rate = 0, images_per_second = 0;
};

/// Mean cross-entropy of `logits` [N, K] and `labels` [N] with smoothed targets and class weights, as PyTorch
/// has it: Σ w_y loss / Σ w_y over the batch, so that the size of the weights does not matter.
torch::Tensor training_loss(const torch::Tensor& logits, const torch::Tensor& labels,
                            const torch::Tensor& class_weights, double label_smoothing);

/// One pass over the training part. stepped(step from 1, figures so far, images/s) after every step.
/// Throws Data when the loss stops being a number.
EpochOutcome train_epoch(EpochWork& work,
                         const std::function<void(std::int64_t step, const Figures&, double rate)>& stepped);

/// Loss (without smoothing or class weights) and accuracy on a part, as prediction sees it.
Figures validate(const Graph& graph, const TorchParams& params, const LoaderSource& part, std::int64_t batch);

}  // namespace giemsa
