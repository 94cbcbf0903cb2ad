#pragma once
#include <array>
#include <cstdint>
#include <span>
#include <string_view>

#include "giemsa/core/random.h"
#include "giemsa/image/image.h"

namespace giemsa {

// Corrupted pictures measure how a model bears what went wrong before it. They are never trained on: giemsa's
// training does not link this folder, and refuses its sets by their card (data/measuring_only.h).

inline constexpr int kSeverities = 5;
/// Side of the pictures for which lengths in px are given; they scale with a picture's shorter side.
inline constexpr int kReferencePx = 224;

/// How strong a corruption is at one severity; what the numbers mean stands in Corruption::unit. The second
/// is 0 where there is but one.
using Magnitude = std::array<double, 2>;

/// One kind of corruption, at five severities.
struct Corruption {
  std::string_view name;    ///< "pixelate"
  std::string_view doc;     ///< what it does, in a line
  std::string_view unit;    ///< what the magnitudes are
  std::string_view source;  ///< where they come from
  std::array<Magnitude, kSeverities> magnitudes;
  int numbers;  ///< 1 or 2 in each magnitude
  Image (*apply)(ImageView picture, const Magnitude& magnitude, Random& random);
};

/// The eleven corruptions of blood cells (registry.cpp).
std::span<const Corruption> corruptions();
/// Throws Usage, with the nearest name, when there is none of this one.
const Corruption& find_corruption(std::string_view name);

/// The stream from which the corruption of one record is drawn, whichever others are corrupted.
Random corruption_stream(std::uint64_t seed, std::string_view corruption, int severity,
                         std::string_view record_id);

/// The corrupted copy of a picture of any size. severity: 1 to kSeverities, otherwise Usage is thrown.
Image corrupt(ImageView picture, const Corruption& corruption, int severity, Random& random);

}  // namespace giemsa
