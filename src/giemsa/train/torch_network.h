#pragma once
#include <torch/torch.h>

#include <vector>

#include "giemsa/graph/graph.h"
#include "giemsa/train/batch_norm_activation.h"
#include "giemsa/weights/state_dict.h"

namespace giemsa {

/// The values of a graph's parameters as LibTorch tensors, in the order of Graph::params.
/// Convolution kernels lie channels-last, as the activations do.
using TorchParams = std::vector<torch::Tensor>;

/// Each tensor of `weights` goes as soon as it is copied, so that a moved-in set is never in memory twice.
TorchParams to_torch(const Graph& graph, StateDict weights);
/// Copies to host memory, C order, by the parameters' names; undefined tensors are left out.
StateDict to_state_dict(const Graph& graph, const TorchParams& params);
/// The reverse, into tensors that exist: every defined tensor gets the values of its name.
void copy_named(const Graph& graph, const StateDict& values, TorchParams& params);

/// How a forward pass behaves where training and prediction differ.
struct ForwardMode {
  /// Dropout, drop path; batch norm by the batch's own statistics.
  bool training = false;
  /// [nodes]: those that act as in prediction all the same; empty: none.
  std::vector<char> frozen_nodes = {};
  /// The node whose value is given in place of pictures, as frozen_prefix() names it; 0: the pictures.
  NodeId from = 0;
  /// Batch norms take the statistics of all processes together; null: of this one. Outlives the backward
  /// pass.
  const SumOverPeers* over_peers = nullptr;
};

/// Runs the graph on LibTorch, with autograd where parameters ask for it.
/// images: [N, 3, H, W], or the value of mode.from; channels last → [N, K] logits.
torch::Tensor forward(const Graph& graph, const TorchParams& params, const torch::Tensor& images,
                      const ForwardMode& mode);

/// The value of an inner node in prediction, e.g. graph.features: [N, C, H, W]. The golden tests compare it.
torch::Tensor value_of(const Graph& graph, const TorchParams& params, const torch::Tensor& images,
                       NodeId node);

/// images: [N, H, W, 3] f32 in host memory → [N, 3, H, W] channels last, sharing the memory.
torch::Tensor as_images(float* nhwc, std::int64_t count, const Shape& shape);

}  // namespace giemsa
