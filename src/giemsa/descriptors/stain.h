#pragma once
#include <array>
#include <cstdint>

#include "giemsa/descriptors/mask64.h"

namespace giemsa {

/// A plane of a thumbnail.
using Plane64 = std::array<std::array<float, 64>, 64>;

/// How much light the stain takes away at each pixel of a thumbnail, relative to the picture's own clear
/// ground, so that lamp and exposure matter little. Optical density by the law of Beer and Lambert:
/// ln(ground / light), held within [-0.3, 3]. The planes are not filled with 0 first, which would take time.
struct Stain {
  std::array<float, 3> ground{};  ///< mean colour of the brightest quarter of green, 0…255
  Plane64 red, green, blue;       ///< optical density of each channel
  Plane64 mean;                   ///< of the three
  Plane64 grain;                  ///< |Laplacian| of `mean`; 0 along the border
  float nucleus_threshold = 0;    ///< density of red from which on a pixel is as dark as a nucleus
  Mask64 dark;                    ///< those pixels
};

/// Takes the light of a thumbnail apart. Nuclei are found in red, which red cells hardly take away: Otsu's
/// threshold (1979), but at least 0.35. Writes into `stain`, which is too large to be passed about.
void measure_stain(const Image& thumbnail, Stain& stain);

}  // namespace giemsa
