#include "giemsa/descriptors/fingerprint.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "giemsa/core/error.h"
#include "giemsa/descriptors/thumbnail.h"

namespace giemsa {
namespace {

constexpr int kPixel = kThumbnailPx / kFingerprintPx;         // thumbnail pixels per side of a grey pixel
constexpr int kCell = kFingerprintPx / kFingerprintColourPx;  // grey pixels per side of a colour pixel
static_assert(kThumbnailPx % kFingerprintPx == 0 && kFingerprintPx % kFingerprintColourPx == 0);

std::uint8_t rounded(float value) { return static_cast<std::uint8_t>(std::clamp(value + 0.5f, 0.f, 255.f)); }

}  // namespace

Fingerprint fingerprint(const Image& thumbnail) {
  require(thumbnail.width() == kThumbnailPx && thumbnail.height() == kThumbnailPx, ErrorKind::Internal,
          fmt::format("[inspect] fingerprint of {}×{} px; expected a thumbnail of {} px", thumbnail.width(),
                      thumbnail.height(), kThumbnailPx));
  Fingerprint made;
  std::array<std::array<int, 3>, made.colour[0].size()> sums{};  // of R, G, B under each colour pixel
  for (int y = 0; y < kFingerprintPx; ++y) {
    for (int x = 0; x < kFingerprintPx; ++x) {
      std::array<int, 3> rgb{};
      for (int row = 0; row < kPixel; ++row) {
        const std::uint8_t* in = thumbnail.row(kPixel * y + row) + 3 * kPixel * x;
        for (int i = 0; i < kPixel; ++i)
          for (std::size_t c = 0; c < 3; ++c) rgb[c] += *in++;
      }
      constexpr float kMean = 1.f / (kPixel * kPixel);
      made.luma[y * kFingerprintPx + x] =
          rounded(kMean * (0.299f * rgb[0] + 0.587f * rgb[1] + 0.114f * rgb[2]));
      auto& sum = sums[y / kCell * kFingerprintColourPx + x / kCell];
      for (std::size_t c = 0; c < 3; ++c) sum[c] += rgb[c];
    }
  }
  constexpr float kMean = 1.f / (kPixel * kPixel * kCell * kCell);
  for (std::size_t i = 0; i < sums.size(); ++i) {
    const auto& [r, g, b] = sums[i];
    made.colour[0][i] = rounded(128 + kMean * (-0.168736f * r - 0.331264f * g + 0.5f * b));
    made.colour[1][i] = rounded(128 + kMean * (0.5f * r - 0.418688f * g - 0.081312f * b));
  }
  return made;
}

}  // namespace giemsa
