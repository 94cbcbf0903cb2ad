#pragma once
#include <array>
#include <cstdint>

#include "giemsa/image/image.h"

namespace giemsa {

/// Side of a fingerprint's grey picture, and of its colour pictures.
inline constexpr int kFingerprintPx = 32, kFingerprintColourPx = 8;

/// What near-duplicates are searched by: the picture itself, so small that noise, compression and lost pixels
/// have gone from it. Square whatever the picture's shape, so squeezing a picture does not change it.
struct Fingerprint {
  /// Rec. 601 luma, 0…255, row by row.
  std::array<std::uint8_t, std::size_t{kFingerprintPx} * kFingerprintPx> luma{};
  /// Cb, then Cr: blue and red against luma, 128 where grey (JPEG's definition).
  std::array<std::array<std::uint8_t, std::size_t{kFingerprintColourPx} * kFingerprintColourPx>, 2> colour{};

  bool operator==(const Fingerprint&) const = default;
};

/// Of a thumbnail (thumbnail.h). Throws Internal on any other size.
Fingerprint fingerprint(const Image& thumbnail);

}  // namespace giemsa
