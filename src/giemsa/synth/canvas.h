#pragma once
#include <algorithm>
#include <array>
#include <cmath>
#include <vector>

#include "giemsa/core/random.h"
#include "giemsa/synth/shapes.h"

namespace giemsa::synth {

/// The square raster that is painted on. Shapes are given in µm, so nothing depends on the resolution.
struct Grid {
  int side_px = 0;
  float um_per_px = 0;

  float field_um() const { return side_px * um_per_px; }
  std::size_t pixels() const { return std::size_t(side_px) * side_px; }
  float coordinate(int pixel) const { return (pixel + 0.5f) * um_per_px - 0.5f * field_um(); }
};

using Plane = std::vector<float>;  ///< [side_px, side_px]

/// Calls paint(index, Point) for every pixel whose centre lies in the square of half side `reach_um` round
/// `centre`.
template <class Paint>
void for_each_pixel(const Grid& grid, Point centre, float reach_um, Paint&& paint) {
  const auto pixel = [&](float um) {
    return std::clamp(int(std::ceil((um + 0.5f * grid.field_um()) / grid.um_per_px - 0.5f)), 0, grid.side_px);
  };
  const int x0 = pixel(centre.x - reach_um), x1 = pixel(centre.x + reach_um);
  const int y0 = pixel(centre.y - reach_um), y1 = pixel(centre.y + reach_um);
  for (int y = y0; y < y1; ++y)
    for (int x = x0; x < x1; ++x)
      paint(std::size_t(y) * grid.side_px + x, Point{grid.coordinate(x), grid.coordinate(y)});
}

/// 0 below `low`, 1 above `high`, smooth between.
inline float smoothstep(float low, float high, float x) {
  const float t = std::clamp((x - low) / (high - low), 0.f, 1.f);
  return t * t * (3.f - 2.f * t);
}

/// How much of a pixel at signed distance `d` (µm) lies inside an edge that is `softness` µm wide to each
/// side.
inline float cover(float d, float softness = 0.12f) { return smoothstep(softness, -softness, d); }

/// Noise with mean 0 and standard deviation 1: `octaves` layers, the first with features of `feature_um`,
/// each next one of half the size and `persistence` times the strength.
Plane clouds(const Grid& grid, float feature_um, int octaves, float persistence, Random& random);

/// What takes up light in a stained smear.
enum Stain {
  kViolet,  ///< azure B with eosin on DNA and azurophil granules (the Romanowsky effect)
  kBlue,    ///< azure B on RNA: basophilic cytoplasm
  kEosin,   ///< eosin on basic protein: eosinophil granules, pink cytoplasm
  kRed,     ///< eosin on haemoglobin: red cells
  kStains
};

/// The smear while it is being painted: how much of each stain lies at each pixel, and the masks of the cell.
struct Canvas {
  explicit Canvas(const Grid& raster);

  Grid grid;
  std::array<Plane, kStains> stain;
  Plane cell, nucleus;  ///< coverage 0…1 of the cell in the middle and of its nucleus
};

}  // namespace giemsa::synth
