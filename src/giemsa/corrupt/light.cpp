// Brightness and contrast are those of Pillow's ImageEnhance, to the bit: single precision, cut off towards
// 0. Saturation as in MedMNIST-C; a pixel without any colour has the hue 0 there, red, so grey turns reddish.
#include "giemsa/corrupt/light.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace giemsa {
namespace {

/// Every level v as from + factor · (v - from).
Image stretched(ImageView picture, int from, double factor) {
  std::array<std::uint8_t, 256> level;
  const auto by = static_cast<float>(factor), base = static_cast<float>(from);
  for (int v = 0; v < 256; ++v) {
    const float value = base + by * static_cast<float>(v - from);
    level[static_cast<std::size_t>(v)] = static_cast<std::uint8_t>(std::clamp(value, 0.f, 255.f));
  }
  Image out(picture.width, picture.height);
  for (int y = 0; y < picture.height; ++y) {
    std::transform(picture.row(y), picture.row(y) + out.stride(), out.row(y),
                   [&](std::uint8_t v) { return level[v]; });
  }
  return out;
}

/// The rounded mean of Pillow's grey (ITU-R 601 in 16 bits).
int mean_grey(ImageView picture) {
  std::uint64_t sum = 0;
  for (int y = 0; y < picture.height; ++y) {
    const std::uint8_t* pixel = picture.row(y);
    for (int x = 0; x < picture.width; ++x, pixel += 3)
      sum += (pixel[0] * 19595u + pixel[1] * 38470u + pixel[2] * 7471u + 0x8000u) >> 16;
  }
  const double pixels = static_cast<double>(picture.width) * picture.height;
  return static_cast<int>(static_cast<double>(sum) / pixels + 0.5);
}

}  // namespace

Image change_brightness(ImageView picture, const Magnitude& magnitude, Random&) {
  return stretched(picture, 0, magnitude[0]);
}

Image change_contrast(ImageView picture, const Magnitude& magnitude, Random&) {
  return stretched(picture, mean_grey(picture), magnitude[0]);
}

Image saturate(ImageView picture, const Magnitude& magnitude, Random&) {
  Image out(picture.width, picture.height);
  for (int y = 0; y < picture.height; ++y) {
    const std::uint8_t* from = picture.row(y);
    std::uint8_t* to = out.row(y);
    for (int x = 0; x < picture.width; ++x, from += 3, to += 3) {
      const double most = std::max({from[0], from[1], from[2]}),
                   least = std::min({from[0], from[1], from[2]});
      const double chroma = most - least;
      const double added = std::min((most > 0 ? chroma / most : 0) + magnitude[0], 1.0);
      for (int c = 0; c < 3; ++c) {
        // How far a channel lies below the largest, as a share of the chroma, is the hue, which stays.
        const double below = chroma > 0 ? (most - from[c]) / chroma : (c == 0 ? 0 : 1);
        to[c] = static_cast<std::uint8_t>(most * (1 - added * below) + 0.5);
      }
    }
  }
  return out;
}

}  // namespace giemsa
