#pragma once
#include <torch/torch.h>

#include <functional>
#include <limits>
#include <span>

namespace giemsa {

/// What is done to the normalised values: cut to [low, high]. ReLU is [0, ∞), ReLU6 [0, 6], none (-∞, ∞).
struct Clamp {
  float low = -std::numeric_limits<float>::infinity();
  float high = std::numeric_limits<float>::infinity();
};

/// Makes each value the sum over all processes that train together: Peers::sum.
using SumOverPeers = std::function<void(std::span<double>)>;

/// Batch norm by the batch's own statistics (Ioffe, Szegedy 2015, arXiv 1502.03167) and the activation behind
/// it, as one differentiable function; updates the running statistics as PyTorch does (unbiased variance).
///
/// Memory is what bounds a batch norm. Apart, the two operations move a map 14 times in a training step;
/// joined, 8 times, and only the input is kept for the backward pass. Sums run over fixed blocks of rows, so
/// the result does not depend on the number of threads.
///
/// With `over_peers` the batch is that of all processes together (synchronised batch norm): 2 C + 1 values
/// are exchanged in the forward pass and 2 C in the backward, which it has to outlive. The gradients of
/// weight and bias remain this process' own, to be averaged with all others.
///
/// x: [N, C, H, W] f32, channels last, on the processor; weight, bias, running_mean, running_var: [C].
torch::Tensor batch_norm_activation(const torch::Tensor& x, const torch::Tensor& weight,
                                    const torch::Tensor& bias, const torch::Tensor& running_mean,
                                    const torch::Tensor& running_var, double momentum, double epsilon,
                                    const Clamp& clamp, const SumOverPeers* over_peers = nullptr);

/// Whether batch_norm_activation takes this tensor.
bool suits_batch_norm_activation(const torch::Tensor& x);

}  // namespace giemsa
