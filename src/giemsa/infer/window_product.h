#pragma once
#include <optional>
#include <span>

#include "giemsa/infer/onednn.h"

namespace giemsa {

/// Whether a map is so small that layers mostly wait for their weights.
constexpr bool has_few_positions(const Shape& shape) { return shape.height * shape.width <= 16; }

/// A convolution whose result has few positions, as the product of its windows, laid out one behind the
/// other, and its weights: up to twice as fast as oneDNN's convolution, which works along the rows of maps,
/// and these are short. Nothing where that would not gain. weight: [O, C, kh, kw], bias: [O].
std::optional<CompiledStep> window_product(const Shape& in, const Shape& out, const ConvOp& op,
                                           std::span<const float> weight, std::span<const float> bias,
                                           const onednn::Fusion& fusion);

}  // namespace giemsa
