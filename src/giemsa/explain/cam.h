#pragma once
#include <span>
#include <vector>

#include "giemsa/graph/shape.h"

namespace giemsa {

// Class activation maps: where in a map of a network lies what speaks for a class.
// activation: the map's value, gradient: of the class's logit with respect to it, both [H, W, C].

/// Σ over the channels of relu(gradient) · activation, cut at 0: [H, W]. Jiang, Zhang, Hou, Cheng, Wei,
/// "LayerCAM: Exploring Hierarchical Class Activation Maps for Localization", IEEE TIP 30 (2021).
std::vector<float> layer_cam(std::span<const float> activation, std::span<const float> gradient,
                             const Shape& shape);

/// Σ over the channels of gradient · activation, cut at 0: [H, W], what speaks for the class less what speaks
/// against it. HiResCAM, arXiv 2011.08891.
std::vector<float> hires_cam(std::span<const float> activation, std::span<const float> gradient,
                             const Shape& shape);

/// Σ over the channels of (mean gradient of the channel) · activation, cut at 0: [H, W]. arXiv 1610.02391.
std::vector<float> grad_cam(std::span<const float> activation, std::span<const float> gradient,
                            const Shape& shape);

}  // namespace giemsa
