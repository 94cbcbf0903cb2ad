#pragma once
#include "giemsa/image/image.h"
#include "giemsa/synth/canvas.h"

namespace giemsa::synth {

/// How one slide was stained and photographed.
struct Appearance {
  std::array<std::array<float, 3>, kStains> absorbance;  ///< optical density (natural log) of one unit, RGB
  std::array<float, 3> lamp;                             ///< the empty slide, RGB, 0…255
  Point gradient;                                        ///< relative change of light over half a field
  float vignette;                                        ///< loss of light in the corners
  float blur_um;                                         ///< sd of the point spread
  float sharpening;                                      ///< strength of the camera's unsharp mask
  float noise_sd;                                        ///< of the sensor, in grey levels
};

/// Draws a slide: batches of stain, lamp, focus and sensor differ.
Appearance random_appearance(Random& random);

/// Sends light through the stains (Beer–Lambert: densities add, so overlaps darken), then through the lens
/// onto a sensor of size_px × size_px; canvas.grid.side_px must be a multiple of size_px.
Image photograph(const Canvas& canvas, const Appearance& appearance, int size_px, Random& random);

/// 1 where at least half of the pixel is covered.  coverage: [side_px, side_px] → [size_px, size_px]
std::vector<std::uint8_t> to_mask(const Grid& grid, const Plane& coverage, int size_px);

}  // namespace giemsa::synth
