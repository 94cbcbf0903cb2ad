#pragma once
#include <array>
#include <cstdint>

#include "giemsa/augment/stain.h"
#include "giemsa/image/image.h"
#include "giemsa/image/preprocess.h"

namespace giemsa {

/// One drawn change of colour, in the order of the fields.
struct ColourChange {
  double standardise = 0;  ///< share of the way of the clear ground to kReferenceGround
  double gamma = 1;        ///< exponent of levels in [0, 1]
  DensityChange density = {};
  StainChange stain = {};
  double brightness = 1, contrast = 1, saturation = 1;  ///< factors
  double hue_deg = 0;
  double noise_sd = 0;       ///< of the light, 0…1
  double shot_noise_sd = 0;  ///< the same, at white
  std::uint32_t noise_key = 0;

  bool is_identity() const;
  /// Rows of [3 × 4]: RGB → RGB and a constant; brightness to hue, for a picture of this mean (RGB, 0…255).
  std::array<double, 12> matrix(const std::array<double, 3>& mean_rgb) const;
};

/// The changed picture, cut to 0…255 and normalised.  out: [H, W, 3] f32.
void recolour_and_normalise(ImageView image, const ColourChange& change, const Preprocess& preprocess,
                            float* out);

}  // namespace giemsa
