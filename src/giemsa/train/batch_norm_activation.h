#pragma once
#include <torch/torch.h>

#include <limits>

namespace giemsa {

/// What is done to the normalised values: cut to [low, high]. ReLU is [0, ∞), ReLU6 [0, 6], none (-∞, ∞).
struct Clamp {
  float low = -std::numeric_limits<float>::infinity();
  float high = std::numeric_limits<float>::infinity();
};

/// Batch norm by the batch's own statistics (Ioffe, Szegedy 2015, arXiv 1502.03167) and the activation behind
/// it, as one differentiable function; updates the running statistics as PyTorch does (unbiased variance).
///
/// Memory is what bounds a batch norm. Apart, the two operations move a map 14 times in a training step;
/// joined, 8 times, and only the input is kept for the backward pass. Sums run over fixed blocks of rows, so
/// the result does not depend on the number of threads.
///
/// x: [N, C, H, W] f32, channels last, on the processor; weight, bias, running_mean, running_var: [C].
torch::Tensor batch_norm_activation(const torch::Tensor& x, const torch::Tensor& weight,
                                    const torch::Tensor& bias, const torch::Tensor& running_mean,
                                    const torch::Tensor& running_var, double momentum, double epsilon,
                                    const Clamp& clamp);

/// Whether batch_norm_activation takes this tensor.
bool suits_batch_norm_activation(const torch::Tensor& x);

}  // namespace giemsa
