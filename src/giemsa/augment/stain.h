#pragma once
#include <array>

#include "giemsa/core/random.h"
#include "giemsa/image/image.h"

namespace giemsa {

/// A change of densities per stain: α times each, plus β; both in the order blue nuclear stain, eosin, rest.
struct StainChange {
  std::array<double, 3> scale{1, 1, 1}, shift{0, 0, 0};

  bool is_identity() const { return *this == StainChange{}; }
  bool operator==(const StainChange&) const = default;
  /// Rows of [3 × 4]: decadic optical densities of R, G, B → the changed ones, and a constant.
  std::array<double, 12> matrix() const;
};

/// A change of densities per channel: d → factor · d₀ · (d / d₀)^exponent, with the d₀ of pale cytoplasm. How
/// deeply a laboratory stains, and how its camera sees and compresses the dyes.
struct DensityChange {
  std::array<double, 3> factor{1, 1, 1}, exponent{1, 1, 1};  ///< of R, G, B

  bool is_identity() const { return *this == DensityChange{}; }
  bool operator==(const DensityChange&) const = default;
  /// level, result: 0…255.
  double changed(int channel, double level) const;
};

/// Three powers, each from [0, 2], of a number.
std::array<double, 3> draw_powers(double number, Random& random);

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

/// How deeply the nuclei of a picture in standard colours are stained: the decadic density of red light that
/// a fiftieth of it exceeds.
double nuclear_depth(ImageView image);

/// That of the PBC set: half of its white cells are deeper, nearly all are deeper than kPaleDepth.
inline constexpr double kReferenceDepth = 0.55, kPaleDepth = 0.36;

/// A picture in standard colours with its nuclei as deep as kReferenceDepth, as far as the exponent of
/// `density_curve` that this takes, for red and green, is at most 2.2. Densities of a picture whose nuclei are
/// hardly deeper than pale cytoplasm are multiplied first, until they are 0.18 deep. One that is as deep
/// already stays.
Image deepened(ImageView image);

}  // namespace giemsa
