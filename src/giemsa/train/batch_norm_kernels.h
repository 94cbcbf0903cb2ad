#pragma once
#include <cstdint>

namespace giemsa {

// The loops of batch_norm_activation over rows [begin, end) of a [M, C] matrix: one row per position,
// channels the fastest. Letters: M = N · H · W positions, C channels.

/// What a channel's values become: y = clamp(x · scale + shift).
struct ChannelMap {
  const float *scale, *shift;  ///< [C]
  float low, high;
};

/// sum[c] = Σ (x - pivot), squares[c] = Σ (x - pivot)²; the pivot is the first row, so that nothing cancels.
void sum_rows(const float* x, std::int64_t begin, std::int64_t end, std::int64_t channels, float* sum,
              float* squares);

/// y = clamp(x · scale + shift).
void map_rows(const float* x, std::int64_t begin, std::int64_t end, std::int64_t channels,
              const ChannelMap& map, float* y);

/// With g = dy where the clamp let x through, else 0: sum[c] = Σ g, dot[c] = Σ g · (x - mean).
void sum_gradient_rows(const float* x, const float* dy, std::int64_t begin, std::int64_t end,
                       std::int64_t channels, const ChannelMap& map, const float* mean, float* sum,
                       float* dot);

/// dx = scale · g + x · slope + constant: the derivative through the statistics is linear in x.
void map_gradient_rows(const float* x, const float* dy, std::int64_t begin, std::int64_t end,
                       std::int64_t channels, const ChannelMap& map, const float* slope,
                       const float* constant, float* dx);

}  // namespace giemsa
