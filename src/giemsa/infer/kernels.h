#pragma once
#include <span>

#include <vector>

#include "giemsa/graph/shape.h"
#include "giemsa/infer/storage.h"

namespace giemsa {

// The few operations that oneDNN is not needed for. Maps are [H, W, C]; `out` may not overlap the inputs.

/// out = x · scale + shift, per channel. scale, shift: [C].
void scale_channels(const float* x, std::span<const float> scale, std::span<const float> shift,
                    std::int64_t positions, float* out);

/// out = a + b. size: elements.
void add(const float* a, const float* b, std::int64_t size, float* out);

/// out = a · b. size: elements.
void multiply(const float* a, const float* b, std::int64_t size, float* out);

/// out = x · gates, per channel. gates: [C].
void multiply_channels(const float* x, const float* gates, std::int64_t channels, std::int64_t positions,
                       float* out);

/// Joins the channels of `parts`; channels: of each.
void concat(const std::vector<float*>& parts, const std::vector<std::int64_t>& channels,
            std::int64_t positions, float* out);

/// AdaptiveAvgPoolOp.
void adaptive_avg_pool(const float* x, const Shape& in, const Shape& shape, float* out);

/// Mean over the positions. x: [H, W, C] in this storage → out: [C], floats.
void global_avg_pool(const float* x, const Shape& shape, const Storage& storage, float* out);

/// Rounds to the nearest integer of a storage other than floats; what is beyond becomes its largest or
/// smallest. out: `count` bytes.
void to_integers(const float* x, std::size_t count, const Storage& storage, std::byte* out);

/// x: [H, W, C] → out: [C, H, W], the order of FlattenOp.
void flatten(const float* x, const Shape& shape, float* out);

}  // namespace giemsa
