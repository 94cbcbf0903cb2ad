#include "giemsa/infer/gradient_kernels.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include "giemsa/core/vector_clones.h"

namespace giemsa {

namespace {

/// Rows (or columns) that a window covers: those of the kernel from `first` to before `last` lie on the map.
struct Reach {
  std::int64_t from, first, last;
};
Reach reach(std::int64_t i, int stride, int padding, int kernel, std::int64_t size) {
  const std::int64_t from = i * stride - padding;
  return {from, std::max<std::int64_t>(0, -from), std::min<std::int64_t>(kernel, size - from)};
}

/// Calls visit(number of the result's position, its rows, its columns) for each position of a window's
/// result.
template <class Op, class Visit>
void for_each_window(const Op& op, const Shape& in, const Shape& shape, Visit visit) {
  for (std::int64_t y = 0; y < shape.height; ++y) {
    const Reach rows = reach(y, op.stride.height, op.padding.top, op.kernel.height, in.height);
    for (std::int64_t x = 0; x < shape.width; ++x) {
      visit(y * shape.width + x, rows, reach(x, op.stride.width, op.padding.left, op.kernel.width, in.width));
    }
  }
}

GIEMSA_VECTOR_CLONES
void multiply_add(const float* a, const float* b, std::int64_t size, float* out) {
  for (std::int64_t i = 0; i < size; ++i) out[i] += a[i] * b[i];
}

GIEMSA_VECTOR_CLONES
void scale_add(const float* a, float scale, std::int64_t size, float* out) {
  for (std::int64_t i = 0; i < size; ++i) out[i] += a[i] * scale;
}

GIEMSA_VECTOR_CLONES
void clip_backward(const float* result, float low, float high, float slope, std::int64_t size, float* g) {
  for (std::int64_t i = 0; i < size; ++i) g[i] = result[i] > low && result[i] < high ? g[i] * slope : 0.f;
}

GIEMSA_VECTOR_CLONES
void leaky_backward(const float* result, float slope, std::int64_t size, float* g) {
  for (std::int64_t i = 0; i < size; ++i) g[i] *= result[i] > 0 ? 1.f : slope;
}

GIEMSA_VECTOR_CLONES
void sigmoid_backward(const float* result, std::int64_t size, float* g) {
  for (std::int64_t i = 0; i < size; ++i) g[i] *= result[i] * (1 - result[i]);
}

}  // namespace

void activation_backward(const ActivationOp& op, const float* result, std::int64_t size, float* g) {
  switch (op.kind) {
    case Activation::Relu:
      return clip_backward(result, 0, INFINITY, 1, size, g);
    case Activation::Relu6:
      return clip_backward(result, 0, 6, 1, size, g);
    case Activation::HardSigmoid:
      return clip_backward(result, 0, 1, 1.f / 6, size, g);
    case Activation::LeakyRelu:
      return leaky_backward(result, op.slope, size, g);
    case Activation::Sigmoid:
      return sigmoid_backward(result, size, g);
    case Activation::Gelu:
    case Activation::Silu:
    case Activation::HardSwish:
      break;  // not told by the result
  }
}

void depthwise_backward(const float* g, const Shape& in, const Shape& shape, const ConvOp& op,
                        std::span<const float> weight, float* out) {
  const std::int64_t channels = in.channels;
  std::fill_n(out, in.size(), 0.f);
  for_each_window(op, in, shape, [&](std::int64_t position, const Reach& rows, const Reach& columns) {
    for (std::int64_t ky = rows.first; ky < rows.last; ++ky) {
      for (std::int64_t kx = columns.first; kx < columns.last; ++kx) {
        multiply_add(g + position * channels, weight.data() + (ky * op.kernel.width + kx) * channels,
                     channels, out + ((rows.from + ky) * in.width + columns.from + kx) * channels);
      }
    }
  });
}

void layer_norm_backward(const float* g, const float* x, const Shape& shape, const LayerNormOp& op,
                         std::span<const float> weight, float* out) {
  const std::int64_t channels = shape.channels;
  const auto mean_of = [&](auto value) {
    double sum = 0;
    for (std::int64_t c = 0; c < channels; ++c) sum += value(c);
    return sum / static_cast<double>(channels);
  };
  for (std::int64_t p = 0; p < shape.height * shape.width;
       ++p, g += channels, x += channels, out += channels) {
    const double mean = mean_of([&](std::int64_t c) { return double{x[c]}; });
    const double variance = mean_of([&](std::int64_t c) { return (x[c] - mean) * (x[c] - mean); });
    const double inverse = 1 / std::sqrt(variance + op.epsilon);
    const double mean_g = mean_of([&](std::int64_t c) { return double{g[c]} * weight[c]; });
    const double mean_gx =
        mean_of([&](std::int64_t c) { return double{g[c]} * weight[c] * (x[c] - mean) * inverse; });
    for (std::int64_t c = 0; c < channels; ++c) {
      const double normal = (x[c] - mean) * inverse;
      out[c] = static_cast<float>((double{g[c]} * weight[c] - mean_g - normal * mean_gx) * inverse);
    }
  }
}

void max_pool_backward(const float* g, const float* x, const Shape& in, const Shape& shape,
                       const MaxPoolOp& op, float* out) {
  const std::int64_t channels = in.channels;
  std::vector<float> best(static_cast<std::size_t>(channels));
  std::vector<std::int64_t> where(static_cast<std::size_t>(channels));
  std::fill_n(out, in.size(), 0.f);
  for_each_window(op, in, shape, [&](std::int64_t position, const Reach& rows, const Reach& columns) {
    std::ranges::fill(best, -INFINITY);
    for (std::int64_t ky = rows.first; ky < rows.last; ++ky) {
      for (std::int64_t kx = columns.first; kx < columns.last; ++kx) {
        const std::int64_t at = ((rows.from + ky) * in.width + columns.from + kx) * channels;
        for (std::int64_t c = 0; c < channels; ++c) {
          if (x[at + c] <= best[c]) continue;
          best[c] = x[at + c];
          where[c] = at + c;
        }
      }
    }
    for (std::int64_t c = 0; c < channels; ++c) out[where[c]] += g[position * channels + c];
  });
}

void avg_pool_backward(const float* g, const Shape& in, const Shape& shape, const AvgPoolOp& op, float* out) {
  const std::int64_t channels = in.channels;
  std::fill_n(out, in.size(), 0.f);
  for_each_window(op, in, shape, [&](std::int64_t position, const Reach& rows, const Reach& columns) {
    const std::int64_t count = op.counts_padding ? std::int64_t{op.kernel.height} * op.kernel.width
                                                 : (rows.last - rows.first) * (columns.last - columns.first);
    const float share = 1.f / static_cast<float>(count);
    for (std::int64_t ky = rows.first; ky < rows.last; ++ky) {
      for (std::int64_t kx = columns.first; kx < columns.last; ++kx) {
        scale_add(g + position * channels, share, channels,
                  out + ((rows.from + ky) * in.width + columns.from + kx) * channels);
      }
    }
  });
}

void adaptive_avg_pool_backward(const float* g, const Shape& in, const Shape& shape, float* out) {
  const std::int64_t channels = in.channels;
  const auto begin = [](std::int64_t i, std::int64_t from, std::int64_t to) { return i * from / to; };
  const auto end = [](std::int64_t i, std::int64_t from, std::int64_t to) {
    return ((i + 1) * from + to - 1) / to;
  };
  std::fill_n(out, in.size(), 0.f);
  for (std::int64_t row = 0; row < shape.height; ++row) {
    const std::int64_t top = begin(row, in.height, shape.height), bottom = end(row, in.height, shape.height);
    for (std::int64_t column = 0; column < shape.width; ++column, g += channels) {
      const std::int64_t left = begin(column, in.width, shape.width),
                         right = end(column, in.width, shape.width);
      const float share = 1.f / static_cast<float>((bottom - top) * (right - left));
      for (std::int64_t y = top; y < bottom; ++y) {
        for (std::int64_t x = left; x < right; ++x)
          scale_add(g, share, channels, out + (y * in.width + x) * channels);
      }
    }
  }
}

void global_avg_pool_backward(const float* g, const Shape& in, float* out) {
  const std::int64_t positions = in.height * in.width;
  for (std::int64_t c = 0; c < in.channels; ++c) out[c] = g[c] / static_cast<float>(positions);
  for (std::int64_t p = 1; p < positions; ++p) std::copy_n(out, in.channels, out + p * in.channels);
}

void gates_backward(const float* g, const float* x, std::int64_t channels, std::int64_t positions,
                    float* out) {
  std::fill_n(out, channels, 0.f);
  for (std::int64_t p = 0; p < positions; ++p)
    multiply_add(g + p * channels, x + p * channels, channels, out);
}

void concat_backward(const float* g, std::int64_t all, std::int64_t first, std::int64_t channels,
                     std::int64_t positions, float* out) {
  for (std::int64_t p = 0; p < positions; ++p) std::copy_n(g + p * all + first, channels, out + p * channels);
}

void flatten_backward(const float* g, const Shape& in, float* out) {
  const std::int64_t positions = in.height * in.width;
  for (std::int64_t p = 0; p < positions; ++p, out += in.channels) {
    for (std::int64_t c = 0; c < in.channels; ++c) out[c] = g[c * positions + p];
  }
}

void accumulate(const float* g, std::int64_t size, float* out) {
  for (std::int64_t i = 0; i < size; ++i) out[i] += g[i];
}

}  // namespace giemsa
