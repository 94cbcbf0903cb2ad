#include "giemsa/explain/overlay.h"

#include <algorithm>
#include <cmath>

#include "giemsa/core/error.h"
#include "giemsa/explain/taps.h"

namespace giemsa {

namespace {

// CIE LCh: L* from 20 to 95 and the hue from 285° to 105° in equal steps, as colourful as sRGB allows up to a
// chroma of 70.
constexpr std::array<std::array<float, 3>, 6> kHeat{
    {{2, 47, 101}, {11, 88, 121}, {10, 131, 145}, {4, 178, 152}, {108, 222, 112}, {247, 248, 103}}};

std::array<float, 3> exact_heat(float saliency) {
  constexpr int kLast = static_cast<int>(kHeat.size()) - 1;
  const float at = std::clamp(saliency, 0.f, 1.f) * kLast;
  const int low = std::min(static_cast<int>(at), kLast - 1);
  const float part = at - static_cast<float>(low);
  std::array<float, 3> colour;
  for (int c = 0; c < 3; ++c) colour[c] = kHeat[low][c] + (kHeat[low + 1][c] - kHeat[low][c]) * part;
  return colour;
}

std::uint8_t to_byte(float value) {
  return static_cast<std::uint8_t>(std::clamp(std::lround(value), 0l, 255l));
}

}  // namespace

std::array<std::uint8_t, 3> heat_colour(float saliency) {
  const std::array<float, 3> colour = exact_heat(saliency);
  return {to_byte(colour[0]), to_byte(colour[1]), to_byte(colour[2])};
}

Image overlay(ImageView picture, const Explanation& explanation, float opacity) {
  const std::int64_t side = explanation.side_px;
  require(side > 0 && explanation.saliency.size() == static_cast<std::size_t>(side * side),
          ErrorKind::Internal, "[explain] the explanation has no map");
  const auto [left, top, square_px] = explanation.square;
  require(left >= 0 && top >= 0 && square_px > 0 && left + square_px <= picture.width &&
              top + square_px <= picture.height,
          ErrorKind::Internal, "[explain] the explanation is of another picture");
  Image result(picture.width, picture.height);
  for (int y = 0; y < picture.height; ++y) std::copy_n(picture.row(y), result.stride(), result.row(y));

  const std::vector<float> saliency = to_pixels(explanation.saliency, {1, side, side}, {}, side, square_px);
  const float* at = saliency.data();
  for (int y = 0; y < square_px; ++y) {
    std::uint8_t* pixel = result.row(top + y) + 3 * left;
    for (int x = 0; x < square_px; ++x, ++at) {
      const float shown = std::cbrt(*at);
      const std::array<float, 3> heat = exact_heat(shown);
      for (int c = 0; c < 3; ++c, ++pixel) *pixel = to_byte(*pixel + (heat[c] - *pixel) * opacity * shown);
    }
  }
  return result;
}

Image side_by_side(std::span<const Image> pictures, int gap_px) {
  int width = 0, height = 0;
  for (const Image& picture : pictures) {
    width += picture.width() + (width > 0 ? gap_px : 0);
    height = std::max(height, picture.height());
  }
  Image all(width, height);
  std::fill_n(all.pixels(), all.bytes().size(), std::uint8_t{255});
  int left = 0;
  for (const Image& picture : pictures) {
    for (int y = 0; y < picture.height(); ++y)
      std::copy_n(picture.row(y), picture.stride(), all.row(y) + std::ptrdiff_t{3} * left);
    left += picture.width() + gap_px;
  }
  return all;
}

}  // namespace giemsa
