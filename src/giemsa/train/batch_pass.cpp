#include "giemsa/train/batch_pass.h"

#include <ATen/autocast_mode.h>

#include <cmath>

#include "giemsa/core/random.h"
#include "giemsa/train/consistency_loss.h"
#include "giemsa/train/loss.h"

namespace giemsa {

using torch::Tensor;

namespace {

/// LibTorch computes products in bfloat16 while it lives.
class Bfloat16 {
 public:
  Bfloat16(bool on, bool cuda) : on_(on), cuda_(cuda) {
    if (!on_) return;
    cuda_ ? at::autocast::set_autocast_gpu_dtype(at::kBFloat16)
          : at::autocast::set_autocast_cpu_dtype(at::kBFloat16);
    set(true);
  }
  ~Bfloat16() {
    if (!on_) return;
    at::autocast::clear_cache();
    set(false);
  }
  Bfloat16(const Bfloat16&) = delete;
  Bfloat16& operator=(const Bfloat16&) = delete;

 private:
  void set(bool on) { cuda_ ? at::autocast::set_enabled(on) : at::autocast::set_cpu_enabled(on); }
  bool on_, cuda_;
};

/// The batch's memory as tensors on the device of the network.
struct DeviceBatch {
  Tensor images;   ///< [N · V, C, H, W]
  Tensor targets;  ///< [N, K]
  Tensor labels;   ///< [N]

  DeviceBatch(Batch& batch, const at::Device& device) {
    const auto count = static_cast<std::int64_t>(batch.labels.size());
    const std::int64_t classes = static_cast<std::int64_t>(batch.targets.size()) / count;
    images = as_images(batch.images.data(), count * batch.views, batch.shape).to(device);
    targets = torch::from_blob(batch.targets.data(), {count, classes}).to(device);
    labels = torch::from_blob(batch.labels.data(), {count}, torch::kInt64).to(device);
  }
};

void name_random_stream(const Learner& learner, std::int64_t epoch, std::int64_t number) {
  Random stream(
      {learner.seed, fnv1a("step"), static_cast<std::uint64_t>(epoch), static_cast<std::uint64_t>(number)});
  torch::manual_seed(stream.bits() + static_cast<std::uint64_t>(learner.rank));
}

}  // namespace

BatchResult pass_batch(const Learner& learner, Batch& batch, std::int64_t epoch, std::int64_t number) {
  name_random_stream(learner, epoch, number);
  const at::Device device = learner.params.front().device();
  const DeviceBatch here(batch, device);
  BatchResult result{.count = here.labels.size(0)};
  Tensor logits;  // [N · V, K]
  {
    const Bfloat16 autocast(learner.bfloat16, device.is_cuda());
    logits = forward(learner.graph, learner.params, here.images, learner.mode);
  }
  const Tensor views = logits.to(torch::kFloat32).view({result.count, batch.views, -1});  // [N, V, K]
  const Tensor clean = views.select(1, 0);
  const Tensor answer = training_loss(clean, here.targets, learner.class_weights, learner.loss);
  Tensor loss = answer;
  if (batch.views > 1) {
    loss =
        loss + learner.loss.consistency * consistency_loss(views.transpose(0, 1).flatten(0, 1), batch.views);
  }
  result.loss = loss.item<double>();
  result.answer = answer.item<double>();
  result.right = clean.argmax(1).eq(here.labels).sum().item<std::int64_t>();
  if (std::isfinite(result.loss)) loss.backward();
  return result;
}

}  // namespace giemsa
