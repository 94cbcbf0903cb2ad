#pragma once
#include <span>

#include "giemsa/graph/ops.h"
#include "giemsa/graph/shape.h"

namespace giemsa {

// The way back through the operations that oneDNN is not needed for. `g` is the gradient of an operation's
// result, `out` becomes that of its input; maps are [H, W, C]. Where a result has a kink the derivative there
// is that of PyTorch: 0 at the ends of a clipped range, and of equal largest values the first one counts.

/// g · (derivative of the activation), in place, from the activation's result; for the kinds that
/// told_by_result() names.
void activation_backward(const ActivationOp& op, const float* result, std::int64_t size, float* g);

/// A convolution of each channel alone. weight: [kh · kw, C]; in, shape: of its input and its result.
void depthwise_backward(const float* g, const Shape& in, const Shape& shape, const ConvOp& op,
                        std::span<const float> weight, float* out);

/// LayerNormOp. x: its input, weight: [C].
void layer_norm_backward(const float* g, const float* x, const Shape& shape, const LayerNormOp& op,
                         std::span<const float> weight, float* out);

/// x: its input; in, shape: of its input and its result.
void max_pool_backward(const float* g, const float* x, const Shape& in, const Shape& shape,
                       const MaxPoolOp& op, float* out);

void avg_pool_backward(const float* g, const Shape& in, const Shape& shape, const AvgPoolOp& op, float* out);

void adaptive_avg_pool_backward(const float* g, const Shape& in, const Shape& shape, float* out);

/// g: [C] → out: [H, W, C].
void global_avg_pool_backward(const float* g, const Shape& in, float* out);

/// MulOp by the gates of its channels, to the gates: Σ g · x over the positions. out: [C].
void gates_backward(const float* g, const float* x, std::int64_t channels, std::int64_t positions,
                    float* out);

/// ConcatOp, to the part of `channels` channels that begins at channel `first` of `all`.
void concat_backward(const float* g, std::int64_t all, std::int64_t first, std::int64_t channels,
                     std::int64_t positions, float* out);

/// FlattenOp. g: [C, H, W] → out: [H, W, C].
void flatten_backward(const float* g, const Shape& in, float* out);

/// out += g.
void accumulate(const float* g, std::int64_t size, float* out);

}  // namespace giemsa
