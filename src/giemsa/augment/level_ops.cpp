#include "giemsa/augment/level_ops.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "giemsa/core/vector_clones.h"

namespace giemsa::level_ops {
namespace {

using Table = std::array<std::uint8_t, 256>;
using Histogram = std::array<int, 256>;

std::size_t level_count(const Image& image) { return image.bytes().size(); }

/// Per channel. Neighbours are counted apart, since adding to the same count again at once is slow.
std::array<Histogram, 3> histograms(const Image& image) {
  std::array<Histogram, 3> even{}, odd{};
  const std::uint8_t* at = image.pixels();
  const std::size_t pixels = level_count(image) / 3;
  for (std::size_t i = 0; i + 1 < pixels; i += 2, at += 6) {
    for (int c = 0; c < 3; ++c) {
      ++even[c][at[c]];
      ++odd[c][at[3 + c]];
    }
  }
  for (int c = 0; c < 3; ++c) {
    if (pixels % 2 == 1) ++even[c][at[c]];
    for (int v = 0; v < 256; ++v) even[c][v] += odd[c][v];
  }
  return even;
}

void look_up(Image& image, const std::array<Table, 3>& tables) {
  std::uint8_t* at = image.pixels();
  for (const std::uint8_t* end = at + level_count(image); at != end; at += 3) {
    at[0] = tables[0][at[0]];
    at[1] = tables[1][at[1]];
    at[2] = tables[2][at[2]];
  }
}

std::uint8_t cut(float value) {
  return static_cast<std::uint8_t>(value <= 0 ? 0 : value >= 255 ? 255 : value);
}

/// As Pillow's Image.blend: truncated.
GIEMSA_VECTOR_CLONES void blend(const std::uint8_t* from, float factor, std::size_t count,
                                std::uint8_t* image) {
  for (std::size_t i = 0; i < count; ++i) {
    const int base = from[i];
    image[i] = cut(static_cast<float>(base) + factor * static_cast<float>(image[i] - base));
  }
}

GIEMSA_VECTOR_CLONES void blend(float base, float factor, std::size_t count, std::uint8_t* image) {
  for (std::size_t i = 0; i < count; ++i) {
    image[i] = cut(base + factor * (static_cast<float>(image[i]) - base));
  }
}

/// Rec. 601 in 16 bits, as Pillow's convert("L").
inline int grey(int r, int g, int b) { return (r * 19595 + g * 38470 + b * 7471 + 0x8000) >> 16; }

GIEMSA_VECTOR_CLONES std::uint64_t sum_of_greys(const std::uint8_t* at, std::size_t pixels) {
  std::uint64_t sum = 0;
  constexpr std::size_t kRun = 1 << 16;  // 32 bits hold its sum
  for (std::size_t begin = 0; begin < pixels; begin += kRun) {
    std::uint32_t part = 0;
    for (std::size_t i = begin; i < std::min(pixels, begin + kRun); ++i)
      part += static_cast<std::uint32_t>(grey(at[3 * i], at[3 * i + 1], at[3 * i + 2]));
    sum += part;
  }
  return sum;
}

GIEMSA_VECTOR_CLONES void blend_with_grey(float factor, std::size_t pixels, std::uint8_t* at) {
  for (std::size_t i = 0; i < pixels; ++i) {
    const int base = grey(at[3 * i], at[3 * i + 1], at[3 * i + 2]);
    for (int c = 0; c < 3; ++c) {
      at[3 * i + c] = cut(static_cast<float>(base) + factor * static_cast<float>(at[3 * i + c] - base));
    }
  }
}

/// One row of Pillow's SMOOTH: the 3 × 3 mean with weight 5 in the middle.
GIEMSA_VECTOR_CLONES void smooth_row(const std::uint8_t* above, const std::uint8_t* row,
                                     const std::uint8_t* below, int count, std::uint8_t* out) {
  for (int i = 3; i < count - 3; ++i) {
    const int sum = above[i - 3] + above[i] + above[i + 3] + row[i - 3] + 5 * row[i] + row[i + 3] +
                    below[i - 3] + below[i] + below[i + 3];
    out[i] = static_cast<std::uint8_t>((2 * sum + 13) / 26);
  }
}

}  // namespace

void autocontrast(Image& image) {
  const auto counts = histograms(image);
  std::array<Table, 3> tables;
  for (int c = 0; c < 3; ++c) {
    int low = 0, high = 255;
    while (low < 255 && counts[c][low] == 0) ++low;
    while (high > 0 && counts[c][high] == 0) --high;
    const double scale = high > low ? 255.0 / (high - low) : 1, offset = high > low ? -low * scale : 0;
    for (int v = 0; v < 256; ++v)
      tables[c][v] = static_cast<std::uint8_t>(std::clamp(static_cast<int>(v * scale + offset), 0, 255));
  }
  look_up(image, tables);
}

void equalize(Image& image) {
  const auto counts = histograms(image);
  std::array<Table, 3> tables;
  for (int c = 0; c < 3; ++c) {
    int total = 0, last = 0;
    for (int v = 0; v < 256; ++v) {
      total += counts[c][v];
      if (counts[c][v] > 0) last = counts[c][v];
    }
    const int step = (total - last) / 255;
    int sum = step / 2;
    for (int v = 0; v < 256; ++v) {
      tables[c][v] = static_cast<std::uint8_t>(step > 0 ? std::min(sum / step, 255) : v);
      sum += counts[c][v];
    }
  }
  look_up(image, tables);
}

void posterize(Image& image, int bits) {
  const auto mask = static_cast<std::uint8_t>(0xFF00 >> bits);
  std::uint8_t* at = image.pixels();
  for (std::size_t i = 0; i < level_count(image); ++i) at[i] &= mask;
}

void solarize(Image& image, double threshold) {
  const int from = static_cast<int>(std::ceil(threshold));
  std::uint8_t* at = image.pixels();
  for (std::size_t i = 0; i < level_count(image); ++i)
    at[i] = at[i] < from ? at[i] : static_cast<std::uint8_t>(255 - at[i]);
}

void brightness(Image& image, double factor) {
  blend(0.f, static_cast<float>(factor), level_count(image), image.pixels());
}

void contrast(Image& image, double factor) {
  const std::size_t pixels = level_count(image) / 3;
  if (pixels == 0) return;
  const double mean = static_cast<double>(sum_of_greys(image.pixels(), pixels)) / static_cast<double>(pixels);
  blend(static_cast<float>(std::floor(mean + 0.5)), static_cast<float>(factor), level_count(image),
        image.pixels());
}

void saturation(Image& image, double factor) {
  blend_with_grey(static_cast<float>(factor), level_count(image) / 3, image.pixels());
}

void sharpness(Image& image, double factor) {
  Image smoothed = image;  // the border stays
  for (int y = 1; y + 1 < image.height(); ++y)
    smooth_row(image.row(y - 1), image.row(y), image.row(y + 1), 3 * image.width(), smoothed.row(y));
  blend(smoothed.pixels(), static_cast<float>(factor), level_count(image), image.pixels());
}

}  // namespace giemsa::level_ops
