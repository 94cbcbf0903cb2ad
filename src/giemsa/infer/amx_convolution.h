#pragma once
#include <optional>
#include <span>

#include "giemsa/infer/onednn.h"

namespace giemsa {

/// A convolution of floats on the matrix unit of newer Intel processors (AMX), which multiplies numbers of
/// bfloat16. Each float is the sum of three of these, a = high + middle + low, and of the nine products the
/// six that count are added up in floats; the others are each below 2^-25 of a product, less than what a sum
/// of floats loses in rounding. So results are as good as those of float instructions, at up to twice their
/// speed: the unit does sixteen times their work. After Henry, Tang, Heinecke: Leveraging the bfloat16
/// Artificial Intelligence Datatype for Higher-Precision Computations (arXiv 1904.06376). Nothing where the
/// processor has no AMX or the layer would not gain; then oneDNN takes it. weight: [O, C, kh, kw], bias: [O].
/// Keeps 6 bytes for a weight.
std::optional<CompiledStep> amx_convolution(const Shape& in, const Shape& out, const ConvOp& op,
                                            std::span<const float> weight, std::span<const float> bias,
                                            const onednn::Fusion& fusion);

}  // namespace giemsa
