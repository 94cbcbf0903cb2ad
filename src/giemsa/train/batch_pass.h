#pragma once
#include <cstdint>

#include "giemsa/run/loss_options.h"
#include "giemsa/train/batch.h"
#include "giemsa/train/torch_network.h"

namespace giemsa {

/// What all batches of a stage pass through.
struct Learner {
  const Graph& graph;
  TorchParams& params;
  const ForwardMode& mode;
  const LossOptions& loss;
  const torch::Tensor& class_weights;  ///< [K] f32; undefined: all alike
  bool bfloat16;
  std::uint64_t seed;
  int rank;  ///< peers draw their dropout apart
};

struct BatchResult {
  double loss = 0;    ///< all that is made small but the penalties of the optimizer; perhaps no number
  double answer = 0;  ///< of it, the loss of the answers
  std::int64_t right = 0, count = 0;
};

/// Passes a batch through the network and adds its gradients to those of the parameters, unless the loss is
/// no number. Epoch and number of the batch name what dropout draws, so that a resumed run draws the same.
BatchResult pass_batch(const Learner& learner, Batch& batch, std::int64_t epoch, std::int64_t number);

}  // namespace giemsa
