#include "giemsa/infer/kernels.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>

#include "giemsa/core/vector_clones.h"

namespace giemsa {

GIEMSA_VECTOR_CLONES void scale_channels(const float* x, std::span<const float> scale,
                                         std::span<const float> shift, std::int64_t positions, float* out) {
  const std::size_t channels = scale.size();
  for (std::int64_t p = 0; p < positions; ++p, x += channels, out += channels) {
    for (std::size_t c = 0; c < channels; ++c) out[c] = x[c] * scale[c] + shift[c];
  }
}

GIEMSA_VECTOR_CLONES void add(const float* a, const float* b, std::int64_t size, float* out) {
  for (std::int64_t i = 0; i < size; ++i) out[i] = a[i] + b[i];
}

GIEMSA_VECTOR_CLONES void multiply(const float* a, const float* b, std::int64_t size, float* out) {
  for (std::int64_t i = 0; i < size; ++i) out[i] = a[i] * b[i];
}

GIEMSA_VECTOR_CLONES void multiply_channels(const float* x, const float* gates, std::int64_t channels,
                                            std::int64_t positions, float* out) {
  for (std::int64_t p = 0; p < positions; ++p, x += channels, out += channels) {
    for (std::int64_t c = 0; c < channels; ++c) out[c] = x[c] * gates[c];
  }
}

void concat(const std::vector<float*>& parts, const std::vector<std::int64_t>& channels,
            std::int64_t positions, float* out) {
  for (std::int64_t p = 0; p < positions; ++p) {
    for (std::size_t i = 0; i < parts.size(); ++i) {
      out = std::copy_n(parts[i] + p * channels[i], channels[i], out);
    }
  }
}

void adaptive_avg_pool(const float* x, const Shape& in, const Shape& shape, float* out) {
  const auto begin = [](std::int64_t i, std::int64_t from, std::int64_t to) { return i * from / to; };
  const auto end = [](std::int64_t i, std::int64_t from, std::int64_t to) {
    return ((i + 1) * from + to - 1) / to;
  };
  for (std::int64_t row = 0; row < shape.height; ++row) {
    const std::int64_t top = begin(row, in.height, shape.height), bottom = end(row, in.height, shape.height);
    for (std::int64_t column = 0; column < shape.width; ++column, out += shape.channels) {
      const std::int64_t left = begin(column, in.width, shape.width),
                         right = end(column, in.width, shape.width);
      std::fill_n(out, shape.channels, 0.f);
      for (std::int64_t y = top; y < bottom; ++y) {
        for (std::int64_t x_at = left; x_at < right; ++x_at) {
          const float* from = x + (y * in.width + x_at) * in.channels;
          for (std::int64_t c = 0; c < shape.channels; ++c) out[c] += from[c];
        }
      }
      const auto count = static_cast<float>((bottom - top) * (right - left));
      for (std::int64_t c = 0; c < shape.channels; ++c) out[c] /= count;
    }
  }
}

namespace {

GIEMSA_VECTOR_CLONES void add_floats(const float* x, std::int64_t channels, float* sums) {
  for (std::int64_t c = 0; c < channels; ++c) sums[c] += x[c];
}
GIEMSA_VECTOR_CLONES void add_bytes(const std::uint8_t* x, std::int64_t channels, float* sums) {
  for (std::int64_t c = 0; c < channels; ++c) sums[c] += static_cast<float>(x[c]);
}
GIEMSA_VECTOR_CLONES void add_signed_bytes(const std::int8_t* x, std::int64_t channels, float* sums) {
  for (std::int64_t c = 0; c < channels; ++c) sums[c] += static_cast<float>(x[c]);
}

/// To the nearest, halves away from zero, between two bounds.
GIEMSA_VECTOR_CLONES void round_to(const float* x, std::size_t count, float factor, float least, float most,
                                   std::int8_t* out) {
  for (std::size_t i = 0; i < count; ++i) {
    const float scaled = std::min(std::max(x[i] * factor, least), most);
    out[i] = static_cast<std::int8_t>(static_cast<int>(scaled + (scaled < 0 ? -0.5f : 0.5f)));
  }
}

}  // namespace

void global_avg_pool(const float* x, const Shape& shape, const Storage& storage, float* out) {
  const std::int64_t positions = shape.height * shape.width, channels = shape.channels;
  std::fill_n(out, channels, 0.f);
  for (std::int64_t p = 0; p < positions; ++p) {
    switch (storage.type) {
      case StorageType::Float:
        add_floats(x + p * channels, channels, out);
        break;
      case StorageType::Unsigned8:
        add_bytes(reinterpret_cast<const std::uint8_t*>(x) + p * channels, channels, out);
        break;
      case StorageType::Signed8:
        add_signed_bytes(reinterpret_cast<const std::int8_t*>(x) + p * channels, channels, out);
        break;
    }
  }
  const float count = static_cast<float>(positions) / storage.scale;
  for (std::int64_t c = 0; c < channels; ++c) out[c] /= count;
}

void to_integers(const float* x, std::size_t count, const Storage& storage, std::byte* out) {
  const bool is_signed = storage.type == StorageType::Signed8;
  // The 8 low bits of 128 … 255 are the same in both kinds of byte.
  round_to(x, count, 1 / storage.scale, is_signed ? -128.f : 0.f, is_signed ? 127.f : 255.f,
           reinterpret_cast<std::int8_t*>(out));
}

void flatten(const float* x, const Shape& shape, float* out) {
  const std::int64_t positions = shape.height * shape.width;
  for (std::int64_t p = 0; p < positions; ++p, x += shape.channels) {
    for (std::int64_t c = 0; c < shape.channels; ++c) out[c * positions + p] = x[c];
  }
}

}  // namespace giemsa
