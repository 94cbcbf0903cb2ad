#pragma once
#include "giemsa/train/torch_network.h"

namespace giemsa {

/// A network for prediction alone, on LibTorch: batch norms (by their running statistics) and layer scales
/// are multiplied into the convolution or dense layer before them, so that the maps are passed over less
/// often.
///
///     const FoldedNetwork folded(graph, params);
///     const torch::Tensor logits = folded.forward(images);
///
/// The parameters are copies: it does not follow further training.
class FoldedNetwork {
 public:
  FoldedNetwork(const Graph& graph, const TorchParams& params);

  /// images: [N, 3, H, W], channels last → [N, K] logits. Without gradients.
  torch::Tensor forward(const torch::Tensor& images) const;

 private:
  Graph graph_;
  TorchParams params_;
};

}  // namespace giemsa
