#pragma once
#include <torch/torch.h>

namespace giemsa {

/// How much a network's answers differ between a picture and its changed views: the Jensen-Shannon divergence
/// of AugMix (Hendrycks et al. 2019, arXiv 1912.02781), the mean over pictures and views of KL(p_i ‖ M) with
/// M the mean of the views' probabilities, clamped to [1e-7, 1]. AugMix adds 12 times it to the loss.
/// logits: [V · N, K], all pictures of the first view, then those of the second, …; views: V.  → []
torch::Tensor consistency_loss(const torch::Tensor& logits, std::int64_t views);

}  // namespace giemsa
