#pragma once
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace giemsa {

/// The operations of augmentation, in the order of their table and of their work on a picture.
enum class OperationId : std::uint8_t {
  FlipHorizontal,
  FlipVertical,
  QuarterTurn,
  Rotate,
  ShearX,
  ShearY,
  Zoom,
  TranslateX,
  TranslateY,
  Autocontrast,
  Equalize,
  Posterize,
  Solarize,
  Sharpness,
  Blur,
  Jpeg,
  Standardise,
  Gamma,
  Density,
  DensityCurve,
  Stain,
  Brightness,
  Contrast,
  Saturation,
  Hue,
  GaussianNoise,
  ShotNoise,
  Erase,
  Cutout,
};
inline constexpr std::size_t kOperationCount = 29;

/// Where an operation works, which is also what it costs.
enum class OperationKind : std::uint8_t {
  Geometry,       ///< all of them together are one resampling of the stored square
  Levels,         ///< on the 8-bit levels of the resized picture
  Neighbourhood,  ///< reads the pixels around a pixel, too
  Colour,         ///< all of them together are one pass, with the normalisation
  Noise,          ///< in that same pass
  Erasing,        ///< on normalised pixels, last
};
std::string_view kind_name(OperationKind kind);

/// How often an operation works, and how strongly: its number is drawn between `from` and `to`.
struct OperationSetting {
  double probability = 0;
  double from = 0, to = 0;
  bool operator==(const OperationSetting&) const = default;
};

/// How a number is drawn between `from` and `to`.
enum class Draw : std::uint8_t {
  None,  ///< the operation has no number
  Uniform,
  Log,    ///< uniform in the logarithm: factors, as often 1/f as f
  Whole,  ///< whole numbers, both ends included
};

/// One operation that giemsa knows by name.
struct Operation {
  OperationId id;
  std::string_view name;  ///< "rotate"
  OperationKind kind;
  Draw draw;
  std::string_view unit;     ///< of its number: "deg", "factor", …
  std::string_view meaning;  ///< one sentence: what it does with the number
  double min, max;           ///< bounds of the number
  OperationSetting setting;  ///< what the policy "light" does; a probability of 0 is off
};

/// All operations, in the order of OperationId.
std::span<const Operation> operations();
const Operation& operation(OperationId id);

}  // namespace giemsa
