#include "giemsa/augment/operations.h"

#include <array>

// Sources, where an operation is not plain arithmetic:
//   autocontrast, equalize, posterize, solarize, sharpness: as Pillow's ImageOps and ImageEnhance.
//   stain: Tellez et al. 2018 (arXiv 1808.05896) on the axes of Ruifrok and Johnston 2001.
//   standardise: von Kries' gains towards a reference ground, the "white patch" of Land and McCann 1971.
//   erase: Zhong et al. 2017 (arXiv 1708.04896), numbers of timm.  cutout: DeVries, Taylor 2017 (1708.04552).

namespace giemsa {
namespace {

using enum OperationId;
using enum OperationKind;

/// A row whose operation has no number.
constexpr Operation plain(OperationId id, std::string_view name, OperationKind kind, double probability,
                          std::string_view meaning) {
  return {id, name, kind, Draw::None, "", meaning, 0, 0, {probability, 0, 0}};
}

struct Bounds {
  double min, max;
};

constexpr Operation numbered(OperationId id, std::string_view name, OperationKind kind, Draw draw,
                             Bounds bounds, std::string_view unit, OperationSetting setting,
                             std::string_view meaning) {
  return {id, name, kind, draw, unit, meaning, bounds.min, bounds.max, setting};
}

constexpr std::array<Operation, kOperationCount> kOperations{
    plain(FlipHorizontal, "flip_horizontal", Geometry, 0.5, "Mirror left and right."),
    plain(FlipVertical, "flip_vertical", Geometry, 0.5, "Mirror top and bottom."),
    numbered(QuarterTurn, "quarter_turn", Geometry, Draw::Whole, {0, 3}, "quarters", {0, 1, 3},
             "Turn counter-clockwise by quarters of a circle."),
    numbered(Rotate, "rotate", Geometry, Draw::Uniform, {-180, 180}, "deg", {1, -180, 180},
             "Rotate counter-clockwise by an angle."),
    numbered(ShearX, "shear_x", Geometry, Draw::Uniform, {-1, 1}, "share", {0, -0.1, 0.1},
             "Slant rows: shift by this share of the height above the centre."),
    numbered(ShearY, "shear_y", Geometry, Draw::Uniform, {-1, 1}, "share", {0, -0.1, 0.1},
             "Slant columns: shift by this share of the width beside the centre."),
    numbered(Zoom, "zoom", Geometry, Draw::Log, {0.25, 4}, "factor", {1, 1 / 1.15, 1.15},
             "Enlarge by a factor; below 1, shrink."),
    numbered(TranslateX, "translate_x", Geometry, Draw::Uniform, {-0.5, 0.5}, "share", {1, -0.05, 0.05},
             "Shift to the right by this share of the side."),
    numbered(TranslateY, "translate_y", Geometry, Draw::Uniform, {-0.5, 0.5}, "share", {1, -0.05, 0.05},
             "Shift down by this share of the side."),
    plain(Autocontrast, "autocontrast", Levels, 0, "Stretch each channel over all levels."),
    plain(Equalize, "equalize", Levels, 0, "Make all levels of a channel about equally frequent."),
    numbered(Posterize, "posterize", Levels, Draw::Whole, {1, 8}, "bits", {0, 5, 8},
             "Keep this many high bits of a level."),
    numbered(Solarize, "solarize", Levels, Draw::Uniform, {0, 256}, "level", {0, 192, 256},
             "Invert levels from this one on; 256 inverts none."),
    numbered(Sharpness, "sharpness", Neighbourhood, Draw::Log, {0.01, 10}, "factor", {0, 0.5, 2},
             "Mix with the smoothed picture: below 1 softer, above 1 sharper."),
    numbered(Blur, "blur", Neighbourhood, Draw::Uniform, {0, 20}, "px", {0, 0.3, 1.2},
             "Blur by a Gaussian of this standard deviation, in pixels of the network's input."),
    numbered(Jpeg, "jpeg", Neighbourhood, Draw::Whole, {1, 100}, "quality", {0, 40, 95},
             "Store as JPEG of this quality and read again."),
    numbered(Standardise, "standardise", Colour, Draw::Uniform, {0, 1}, "share", {0, 1, 1},
             "Move the clear ground towards the reference colour by this share."),
    numbered(Gamma, "gamma", Colour, Draw::Log, {0.1, 10}, "exponent", {0, 0.8, 1.25},
             "Raise levels in [0, 1] to a power: below 1 lighter, above 1 darker."),
    numbered(Density, "density", Colour, Draw::Log, {0.05, 4}, "factor", {0, 0.5, 1.25},
             "Multiply the optical density of each channel by a power, drawn between 0 and 2, of a factor."),
    numbered(
        DensityCurve, "density_curve", Colour, Draw::Log, {0.1, 4}, "exponent", {0, 0.5, 1.25},
        "Raise the density of each channel, about that of pale cytoplasm, to a power, drawn as for density."),
    numbered(Stain, "stain", Colour, Draw::Uniform, {0, 0.5}, "share", {0, 0.02, 0.08},
             "Scale each stain by 1 ± and shift it by ± up to this, in optical density."),
    numbered(Brightness, "brightness", Colour, Draw::Uniform, {0, 4}, "factor", {1, 0.85, 1.15},
             "Multiply all levels."),
    numbered(Contrast, "contrast", Colour, Draw::Uniform, {0, 4}, "factor", {1, 0.85, 1.15},
             "Stretch levels about the mean grey."),
    numbered(Saturation, "saturation", Colour, Draw::Uniform, {0, 4}, "factor", {1, 0.85, 1.15},
             "Stretch colours about their grey."),
    numbered(Hue, "hue", Colour, Draw::Uniform, {-180, 180}, "deg", {1, -6, 6},
             "Turn colours about the grey axis."),
    numbered(GaussianNoise, "gaussian_noise", Noise, Draw::Uniform, {0, 1}, "share", {0, 0.005, 0.03},
             "Add noise of this standard deviation, as a share of all levels."),
    numbered(ShotNoise, "shot_noise", Noise, Draw::Uniform, {0, 1}, "share", {0, 0.01, 0.05},
             "Add noise that grows as the root of the light; its standard deviation at white."),
    numbered(Erase, "erase", Erasing, Draw::Uniform, {0, 1}, "share", {0, 0.02, 1 / 3.},
             "Fill a rectangle of this share of the area, of aspect 0.3 to 1/0.3."),
    numbered(Cutout, "cutout", Erasing, Draw::Uniform, {0, 1}, "share", {0, 0.25, 0.25},
             "Fill a square of this share of the side about any point; it may reach over the border."),
};

constexpr bool in_order() {
  for (std::size_t i = 0; i < kOperationCount; ++i) {
    if (kOperations[i].id != static_cast<OperationId>(i)) return false;
  }
  return true;
}
static_assert(in_order(), "the table follows OperationId");

}  // namespace

std::string_view kind_name(OperationKind kind) {
  switch (kind) {
    case Geometry:
      return "geometry";
    case Levels:
      return "levels";
    case Neighbourhood:
      return "neighbourhood";
    case Colour:
      return "colour";
    case Noise:
      return "noise";
    case Erasing:
      return "erasing";
  }
  return "";
}

std::span<const Operation> operations() { return kOperations; }

const Operation& operation(OperationId id) { return kOperations[static_cast<std::size_t>(id)]; }

}  // namespace giemsa
