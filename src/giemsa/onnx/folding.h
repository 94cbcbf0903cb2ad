#pragma once
#include <span>
#include <vector>

#include "giemsa/graph/graph.h"
#include "giemsa/weights/state_dict.h"

namespace giemsa {

/// Which nodes an export needs and which of them are done along the way.
struct Folding {
  std::vector<char> needed;  ///< [nodes]
  std::vector<NodeId> into;  ///< [nodes]: the layer that a batch norm or layer scale is multiplied into; -1
  std::vector<std::vector<NodeId>> scales;  ///< [nodes]: of a convolution or dense layer, in order

  /// Multiplies batch norms and layer scales into the layers that the native executor multiplies them into
  /// (infer/plan.h). outputs: the nodes whose values are wanted.
  Folding(const Graph& graph, std::span<const NodeId> outputs);
};

/// A layer's weight and bias with its scales multiplied in.
struct ScaledLayer {
  HostTensor weight;          ///< the model's own
  std::vector<float> factor;  ///< [O], of the weight; empty where nothing is folded
  std::vector<float> bias;    ///< [O]; empty where there is none

  /// The weight times the factor.
  HostTensor scaled() const;
};
/// Throws Model when the weights do not fit.
ScaledLayer scaled_layer(const Graph& graph, const Node& node, std::span<const NodeId> scales,
                         const StateDict& weights);

}  // namespace giemsa
