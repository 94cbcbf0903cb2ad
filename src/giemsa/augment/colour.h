#pragma once
#include <array>

#include "giemsa/augment/options.h"
#include "giemsa/core/random.h"
#include "giemsa/image/image.h"
#include "giemsa/image/preprocess.h"

namespace giemsa {

/// One drawn change of colour, in this order: brightness, contrast, saturation, hue.
struct ColourChange {
  double brightness = 1, contrast = 1, saturation = 1;  ///< factors
  double hue_deg = 0;

  /// Rows of [3 × 4]: RGB → RGB and a constant, for a picture of this mean (RGB, 0…255).
  std::array<double, 12> matrix(const std::array<double, 3>& mean_rgb) const;
};

ColourChange draw_colour(const AugmentOptions& options, Random& random);

/// The changed picture, cut to 0…255 and normalised in the same pass.  out: [H, W, 3] f32.
void recolour_and_normalise(ImageView image, const ColourChange& change, const Preprocess& preprocess,
                            float* out);

}  // namespace giemsa
