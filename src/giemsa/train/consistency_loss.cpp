#include "giemsa/train/consistency_loss.h"

namespace giemsa {

torch::Tensor consistency_loss(const torch::Tensor& logits, std::int64_t views) {
  const torch::Tensor log_p = at::log_softmax(logits, 1).view({views, -1, logits.size(1)});  // [V, N, K]
  const torch::Tensor p = log_p.exp();
  const torch::Tensor log_mean = p.mean(0, true).clamp(1e-7, 1).log();
  return (p * (log_p - log_mean)).sum(2).mean();
}

}  // namespace giemsa
