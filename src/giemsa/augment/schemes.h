#pragma once
#include <cstdint>
#include <span>
#include <vector>

#include "giemsa/augment/options.h"
#include "giemsa/core/random.h"
#include "giemsa/image/image.h"

// The schemes that draw their operations by themselves. Operations work on the 8-bit levels of the resized
// picture. RandAugment and TrivialAugmentWide as torchvision 0.14 has them, AugMix as google-research/augmix.
// Our deviations: geometry samples bilinearly, and what lies outside is mirrored in instead of black, since a
// black corner is no part of a smear.
namespace giemsa {

/// In the order of torchvision's tables.
enum class SchemeOperation : std::uint8_t {
  Identity,
  ShearX,
  ShearY,
  TranslateX,
  TranslateY,
  Rotate,
  Brightness,
  Saturation,
  Contrast,
  Sharpness,
  Posterize,
  Solarize,
  Autocontrast,
  Equalize,
};

/// An operation with its signed number: shear as a slope, translation in px, rotation in degrees, brightness,
/// saturation, contrast and sharpness as factor - 1, posterize in bits, solarize as a threshold.
struct SchemeStep {
  SchemeOperation operation = SchemeOperation::Identity;
  double magnitude = 0;
};

/// One row of a table of magnitudes: from bin 0 to the last of 31 in equal steps.
struct MagnitudeRow {
  SchemeOperation operation;
  double first, last;
  bool either_sign;
};
inline constexpr int kMagnitudeBins = 31;
/// translation of RandAugment grows with the picture: 150 / 331 of its side.
std::vector<MagnitudeRow> randaugment_table(int side_px);
std::vector<MagnitudeRow> trivialaugment_table();

/// The number of a row in a bin from 0 to 30, before its sign; posterize is rounded to whole bits and
/// translation cut to whole px.
double magnitude(const MagnitudeRow& row, int bin);

std::vector<SchemeStep> draw_randaugment(const RandAugmentOptions& options, int side_px, Random& random);
SchemeStep draw_trivialaugment(Random& random);

/// The nine operations of AugMix, those of the corruption benchmarks left out.
std::span<const SchemeOperation> augmix_operations();
/// The number of an AugMix operation at a level of 0 … 10, before its sign.
double augmix_magnitude(SchemeOperation operation, double level, int side_px);

/// What AugMix draws for one view: out = (1 - share) · picture + share · Σ weight · chain(picture).
struct AugMixDraw {
  std::vector<std::vector<SchemeStep>> chains;
  std::vector<double> weights;  ///< Dirichlet: they sum to 1
  double share = 0;             ///< Beta
};
AugMixDraw draw_augmix(const AugMixOptions& options, int side_px, Random& random);

/// Applies one step to a square picture.
void apply(const SchemeStep& step, Image& image);

}  // namespace giemsa
