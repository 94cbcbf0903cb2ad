#pragma once
#include <torch/torch.h>

#include "giemsa/run/loss_options.h"

namespace giemsa {

/// The mean loss of a batch.
/// logits: [N, K]; targets: [N, K] f32, the share of each class, which sum to one per picture and have
/// options.label_smoothing in them already; class_weights: [K] f32, undefined: all alike.  → []
///
///     loss = Σ_i Σ_k w_k t_ik (1 - p_ik)^γ (-log p_ik)  /  Σ_i Σ_k w_k u_ik
///
/// with p = softmax(logits), γ = 0 for cross_entropy and focal_gamma for focal (Lin et al. 2017, arXiv
/// 1708.02002, for many classes), and u the targets without their smoothing, (t - ε/K) / (1 - ε). So
///  - for hard labels it is PyTorch's cross_entropy with label smoothing and weights: Σ w_y loss / Σ w_y;
///  - without class weights it is PyTorch's for probabilities, divided by N;
///  - mixed pictures weigh what they are mixed of, and the size of the weights does not matter, where
///    PyTorch's for probabilities would divide by N.
torch::Tensor training_loss(const torch::Tensor& logits, const torch::Tensor& targets,
                            const torch::Tensor& class_weights, const LossOptions& options);

}  // namespace giemsa
