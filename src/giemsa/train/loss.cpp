#include "giemsa/train/loss.h"

#include <fmt/format.h>

#include <limits>

#include "giemsa/core/error.h"

namespace giemsa {

using torch::Tensor;

Tensor training_loss(const Tensor& logits, const Tensor& targets, const Tensor& class_weights,
                     const LossOptions& options) {
  require(logits.dim() == 2 && logits.sizes() == targets.sizes(), ErrorKind::Internal,
          fmt::format("[loss] {} logits and {} targets are not both pictures × classes", logits.numel(),
                      targets.numel()));
  const Tensor log_p = torch::log_softmax(logits, 1);
  Tensor cost = targets * log_p;  // [N, K], negative
  if (options.kind == "focal") {
    // Kept off 0, where the slope of a power below one is infinite.
    const Tensor rest = (1 - log_p.exp()).clamp_min(std::numeric_limits<float>::epsilon());
    cost = cost * rest.pow(options.focal_gamma);
  }
  if (!class_weights.defined()) return -cost.sum() / logits.size(0);
  const double smoothing = options.label_smoothing;
  const Tensor unsmoothed = (targets - smoothing / static_cast<double>(logits.size(1))) / (1 - smoothing);
  return -(cost * class_weights).sum() / (unsmoothed * class_weights).sum();
}

}  // namespace giemsa
