#pragma once
#include <span>
#include <vector>

#include "giemsa/infer/plan.h"
#include "giemsa/weights/state_dict.h"

namespace giemsa {

/// The values of a node's parameter by its place in ops.h. Throws Model when it is missing or has another
/// shape.
std::span<const float> param_values(const Graph& graph, const Node& node, std::size_t index,
                                    const StateDict& weights);

/// x · scale + shift per channel; both: [C].
struct ChannelScale {
  std::vector<float> scale, shift;
};

/// What a BatchNormOp (by its running statistics), LayerScaleOp, RescaleOp or NormalizationOp node does to a
/// picture.
ChannelScale channel_scale(const Graph& graph, const Node& node, const StateDict& weights);

/// What happens to the product with a convolution's or dense layer's weight: its bias (0 where the layer has
/// none), then the scales, batch norms and layer scales, in order. scale: all 1 without scales.
ChannelScale scale_behind_weight(const Graph& graph, const Node& node, std::span<const NodeId> scales,
                                 const StateDict& weights);

/// A weight times the scale of each output. weight, out: [O, …], scale: [O].
void scale_rows(std::span<const float> weight, std::span<const float> scale, std::span<float> out);

/// Weight and bias of a convolution or dense layer with the step's scales multiplied in.
struct FoldedWeights {
  std::span<const float> original;  ///< the weight in the state dict
  std::vector<float> scaled;        ///< empty where nothing is folded
  std::vector<float> bias;          ///< [O], zero where the layer has none

  std::span<const float> weight() const { return scaled.empty() ? original : scaled; }
};
FoldedWeights fold_weights(const Graph& graph, const Step& step, const StateDict& weights);

}  // namespace giemsa
