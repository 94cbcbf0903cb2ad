#pragma once
#include <array>

#include "giemsa/core/random.h"
#include "giemsa/image/image.h"

namespace giemsa {

/// A change of densities per stain: α times each, plus β; both in the order blue nuclear stain, eosin, rest.
struct StainChange {
  std::array<double, 3> scale{1, 1, 1}, shift{0, 0, 0};

  bool is_identity() const {
    return scale == std::array<double, 3>{1, 1, 1} && shift == std::array<double, 3>{};
  }
  /// Rows of [3 × 4]: decadic optical densities of R, G, B → the changed ones, and a constant.
  std::array<double, 12> matrix() const;
};

/// Scales from [1 - strength, 1 + strength], shifts from [-strength, strength] (Tellez et al. 2018).
StainChange draw_stain(double strength, Random& random);

/// The mean colour of the clear ground, 0…255: of the pixels whose green is in its brightest quarter.
std::array<double, 3> clear_ground(ImageView image);

/// The ground that `standardise` moves pictures to: the mean over pictures of the PBC set (CellaVision DM96).
inline constexpr std::array<double, 3> kReferenceGround{253, 228, 202};

/// The factors of R, G, B that take the picture's clear ground `share` of the way to kReferenceGround.
std::array<double, 3> gains_to_reference(ImageView image, double share);

/// The picture with its clear ground at kReferenceGround, as the operation `standardise` does with share 1,
/// to whole levels.
Image standardised(ImageView image);

}  // namespace giemsa
