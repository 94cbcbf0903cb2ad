#include "giemsa/train/batch_norm_kernels.h"

#include <algorithm>

#include "giemsa/train/wide.h"

namespace giemsa {

namespace {

/// The gradient that passes the clamp: its ends let nothing through, as in PyTorch's hardtanh and ReLU.
inline float pass(float dy, float x, float scale, float shift, float low, float high) {
  const float y = x * scale + shift;
  return y > low && y < high ? dy : 0.f;
}

}  // namespace

GIEMSA_WIDE void sum_rows(const float* __restrict x, std::int64_t begin, std::int64_t end,
                          std::int64_t channels, float* __restrict sum, float* __restrict squares) {
  const float* __restrict pivot = x + begin * channels;
  std::fill_n(sum, channels, 0.f);
  std::fill_n(squares, channels, 0.f);
  std::int64_t row = begin;
  for (; row + 4 <= end; row += 4) {  // four rows for each visit of the sums
    const float* __restrict r = x + row * channels;
    for (std::int64_t c = 0; c < channels; ++c) {
      const float p = pivot[c];
      const float d0 = r[c] - p, d1 = r[c + channels] - p;
      const float d2 = r[c + 2 * channels] - p, d3 = r[c + 3 * channels] - p;
      sum[c] += (d0 + d1) + (d2 + d3);
      squares[c] += (d0 * d0 + d1 * d1) + (d2 * d2 + d3 * d3);
    }
  }
  for (; row < end; ++row) {
    const float* __restrict r = x + row * channels;
    for (std::int64_t c = 0; c < channels; ++c) {
      const float d = r[c] - pivot[c];
      sum[c] += d;
      squares[c] += d * d;
    }
  }
}

GIEMSA_WIDE void map_rows(const float* __restrict x, std::int64_t begin, std::int64_t end,
                          std::int64_t channels, const ChannelMap& map, float* __restrict y) {
  const float* __restrict scale = map.scale;
  const float* __restrict shift = map.shift;
  const float low = map.low, high = map.high;
  for (std::int64_t row = begin; row < end; ++row) {
    const float* __restrict in = x + row * channels;
    float* __restrict out = y + row * channels;
    for (std::int64_t c = 0; c < channels; ++c) {
      const float value = in[c] * scale[c] + shift[c];
      const float above = value < low ? low : value;
      out[c] = above > high ? high : above;
    }
  }
}

GIEMSA_WIDE void sum_gradient_rows(const float* __restrict x, const float* __restrict dy, std::int64_t begin,
                                   std::int64_t end, std::int64_t channels, const ChannelMap& map,
                                   const float* __restrict mean, float* __restrict sum,
                                   float* __restrict dot) {
  const float* __restrict scale = map.scale;
  const float* __restrict shift = map.shift;
  const float low = map.low, high = map.high;
  std::fill_n(sum, channels, 0.f);
  std::fill_n(dot, channels, 0.f);
  std::int64_t row = begin;
  for (; row + 2 <= end; row += 2) {
    const float* __restrict a = x + row * channels;
    const float* __restrict b = dy + row * channels;
    for (std::int64_t c = 0; c < channels; ++c) {
      const float x0 = a[c], x1 = a[c + channels];
      const float g0 = pass(b[c], x0, scale[c], shift[c], low, high);
      const float g1 = pass(b[c + channels], x1, scale[c], shift[c], low, high);
      sum[c] += g0 + g1;
      dot[c] += g0 * (x0 - mean[c]) + g1 * (x1 - mean[c]);
    }
  }
  for (; row < end; ++row) {
    for (std::int64_t c = 0; c < channels; ++c) {
      const float value = x[row * channels + c];
      const float g = pass(dy[row * channels + c], value, scale[c], shift[c], low, high);
      sum[c] += g;
      dot[c] += g * (value - mean[c]);
    }
  }
}

GIEMSA_WIDE void map_gradient_rows(const float* __restrict x, const float* __restrict dy, std::int64_t begin,
                                   std::int64_t end, std::int64_t channels, const ChannelMap& map,
                                   const float* __restrict slope, const float* __restrict constant,
                                   float* __restrict dx) {
  const float* __restrict scale = map.scale;
  const float* __restrict shift = map.shift;
  const float low = map.low, high = map.high;
  for (std::int64_t row = begin; row < end; ++row) {
    const float* __restrict a = x + row * channels;
    const float* __restrict b = dy + row * channels;
    float* __restrict out = dx + row * channels;
    for (std::int64_t c = 0; c < channels; ++c) {
      const float g = pass(b[c], a[c], scale[c], shift[c], low, high);
      out[c] = scale[c] * g + a[c] * slope[c] + constant[c];
    }
  }
}

}  // namespace giemsa
