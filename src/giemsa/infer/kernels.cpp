#include "giemsa/infer/kernels.h"

#include <algorithm>

namespace giemsa {

void scale_channels(const float* x, std::span<const float> scale, std::span<const float> shift,
                    std::int64_t positions, float* out) {
  const std::size_t channels = scale.size();
  for (std::int64_t p = 0; p < positions; ++p, x += channels, out += channels) {
    for (std::size_t c = 0; c < channels; ++c) out[c] = x[c] * scale[c] + shift[c];
  }
}

void add(const float* a, const float* b, std::int64_t size, float* out) {
  for (std::int64_t i = 0; i < size; ++i) out[i] = a[i] + b[i];
}

void global_avg_pool(const float* x, const Shape& shape, float* out) {
  const std::int64_t positions = shape.height * shape.width;
  std::fill_n(out, shape.channels, 0.f);
  for (std::int64_t p = 0; p < positions; ++p, x += shape.channels) {
    for (std::int64_t c = 0; c < shape.channels; ++c) out[c] += x[c];
  }
  for (std::int64_t c = 0; c < shape.channels; ++c) out[c] /= static_cast<float>(positions);
}

void flatten(const float* x, const Shape& shape, float* out) {
  const std::int64_t positions = shape.height * shape.width;
  for (std::int64_t p = 0; p < positions; ++p, x += shape.channels) {
    for (std::int64_t c = 0; c < shape.channels; ++c) out[c * positions + p] = x[c];
  }
}

}  // namespace giemsa
