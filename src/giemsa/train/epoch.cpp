#include "giemsa/train/epoch.h"

#include <fmt/format.h>

#include <chrono>
#include <cmath>

#include "giemsa/core/error.h"
#include "giemsa/core/random.h"
#include "giemsa/train/folded_network.h"

namespace giemsa {

using torch::Tensor;

namespace {

std::int64_t count_right(const Tensor& logits, const Tensor& labels) {
  return logits.argmax(1).eq(labels).sum().item<std::int64_t>();
}

/// The batch's labels, sharing its memory.  [N]
Tensor label_tensor(Batch& batch) {
  return torch::from_blob(batch.labels.data(), {static_cast<std::int64_t>(batch.labels.size())},
                          torch::kInt64);
}

/// Σ l2 · Σ w² over the trained parameters that have a penalty.
Tensor l2_penalty(const Graph& graph, const TorchParams& params) {
  Tensor sum = torch::zeros({});
  for (std::size_t i = 0; i < params.size(); ++i) {
    if (graph.params[i].l2 > 0 && params[i].requires_grad()) {
      sum = sum + graph.params[i].l2 * params[i].square().sum();
    }
  }
  return sum;
}

}  // namespace

Tensor training_loss(const Tensor& logits, const Tensor& labels, const Tensor& class_weights,
                     double label_smoothing) {
  return at::cross_entropy_loss(logits, labels, class_weights, at::Reduction::Mean, -100, label_smoothing);
}

EpochOutcome train_epoch(EpochWork& work,
                         const std::function<void(std::int64_t, const Figures&, double)>& stepped) {
  const auto start = std::chrono::steady_clock::now();
  const auto seconds = [&] {
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  };
  FigureSum sum;
  EpochOutcome outcome;
  work.loader.start_epoch(work.epoch);
  const std::int64_t steps = work.loader.batches_per_epoch();
  for (std::int64_t step = 0; step < steps; ++step) {
    Batch batch = work.loader.next();
    const Tensor labels = label_tensor(batch);
    // Dropout draws from LibTorch's generator: named by the step, so that a resumed run draws the same.
    Random stream(
        {work.seed, fnv1a("step"), static_cast<std::uint64_t>(work.epoch), static_cast<std::uint64_t>(step)});
    torch::manual_seed(stream.bits());

    const Tensor images = as_images(batch.images.data(), labels.size(0), work.graph.input_shape());
    const Tensor logits = forward(work.graph, work.params, images, work.mode);  // [N, K]
    const Tensor cross_entropy = training_loss(logits, labels, work.class_weights, work.label_smoothing);
    const Tensor loss = cross_entropy + l2_penalty(work.graph, work.params);
    const double value = loss.item<double>();
    require(std::isfinite(value), ErrorKind::Data,
            fmt::format("[train] the loss became {} in epoch {}, step {}", value, work.epoch, step + 1),
            fmt::format("a lower learning rate than {:g}; the checkpoint of the epoch before is kept",
                        work.schedule.lr));
    loss.backward();
    outcome.last_rate = learning_rate(work.schedule, work.first_step + step);
    work.optimizer.step(outcome.last_rate);
    if (work.average) work.average->update(work.params, ema_decay_at(work.ema_decay, work.average_steps++));

    sum.add(cross_entropy.item<double>(), count_right(logits, labels), labels.size(0));
    outcome.images_per_second = static_cast<double>(sum.count()) / seconds();
    if (stepped) stepped(step + 1, sum.mean(), outcome.images_per_second);
  }
  outcome.figures = sum.mean();
  return outcome;
}

Figures validate(const Graph& graph, const TorchParams& params, const LoaderSource& part,
                 std::int64_t batch_size) {
  const torch::NoGradGuard no_grad;
  const FoldedNetwork network(graph, params);
  FigureSum sum;
  const std::size_t count = part.records.size(), step = batch_size;
  for (std::size_t begin = 0; begin < count; begin += step) {
    Batch batch = plain_batch(part, begin, std::min(begin + step, count));
    const Tensor labels = label_tensor(batch);
    const Tensor images = as_images(batch.images.data(), labels.size(0), graph.input_shape());
    const Tensor logits = network.forward(images);
    sum.add(at::cross_entropy_loss(logits, labels).item<double>(), count_right(logits, labels),
            labels.size(0));
  }
  return sum.mean();
}

}  // namespace giemsa
