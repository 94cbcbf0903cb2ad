#include "giemsa/train/epoch.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cmath>

#include "giemsa/core/error.h"

namespace giemsa {

namespace {

/// The mean gradients of all peers' batches in place of this one's own.
void average_gradients(EpochWork& work) {
  if (work.peers.alone()) return;
  TorchParams gradients;
  for (const torch::Tensor& param : work.learner.params) {
    if (param.requires_grad()) gradients.push_back(param.grad());
  }
  work.peers.average(gradients);
}

}  // namespace

std::int64_t updates_per_epoch(std::int64_t batches, std::int64_t accumulate) {
  return (batches + accumulate - 1) / accumulate;
}

EpochOutcome train_epoch(EpochWork& work,
                         const std::function<void(std::int64_t, const Figures&, double)>& stepped) {
  const auto start = std::chrono::steady_clock::now();
  const auto seconds = [&] {
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  };
  FigureSum sum;
  EpochOutcome outcome;
  work.batches.start_epoch(work.epoch);
  const std::int64_t batches = work.batches.batches_per_epoch();
  for (std::int64_t done = 0, update = 0; done < batches; ++update) {
    outcome.last_rate = work.rate(update);
    const std::int64_t group = std::min(work.accumulate, batches - done);
    for (std::int64_t i = 0; i < group; ++i) {
      Batch batch = work.batches.next();
      const BatchResult result = pass_batch(work.learner, batch, work.epoch, done++);
      require(
          std::isfinite(result.loss), ErrorKind::Data,
          fmt::format("[train] the loss became {} in epoch {}, batch {}", result.loss, work.epoch, done),
          fmt::format("a lower learning rate than {:.2g}, or optimizer.clip_norm=1; the checkpoint of the "
                      "epoch before is kept",
                      outcome.last_rate));
      sum.add(result.answer, result.right, result.count);
      outcome.images_per_second = static_cast<double>(sum.count() * work.peers.count()) / seconds();
      if (stepped) stepped(done, sum.mean(), outcome.images_per_second);
    }
    average_gradients(work);
    const double decay = work.average ? ema_decay_at(work.ema_decay, work.average_steps++) : 0;
    work.optimizer.step({.learning_rate = outcome.last_rate,
                         .gradient_scale = 1.0 / static_cast<double>(group),
                         .average = work.average,
                         .average_decay = decay,
                         .settled = work.settled});
  }
  outcome.figures = sum.mean_over(work.peers);
  return outcome;
}

}  // namespace giemsa
