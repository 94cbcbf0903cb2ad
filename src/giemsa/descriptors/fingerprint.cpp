#include "giemsa/descriptors/fingerprint.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "giemsa/core/error.h"
#include "giemsa/core/vector_clones.h"
#include "giemsa/descriptors/thumbnail.h"

namespace giemsa {
namespace {

constexpr int kPixel = kThumbnailPx / kFingerprintPx;         // thumbnail pixels per side of a grey pixel
constexpr int kCell = kFingerprintPx / kFingerprintColourPx;  // grey pixels per side of a colour pixel
static_assert(kThumbnailPx % kFingerprintPx == 0 && kFingerprintPx % kFingerprintColourPx == 0);

std::uint8_t rounded(float value) { return static_cast<std::uint8_t>(std::clamp(value + 0.5f, 0.f, 255.f)); }

/// A channel's sums under each grey pixel of a row.
using RowSums = std::array<int, kFingerprintPx>;

/// Of R, G and B, of the rows of the thumbnail that lie under a row of grey pixels.
GIEMSA_VECTOR_CLONES void sum_pixels(const std::uint8_t* rows, std::array<RowSums, 3>& out) {
  static_assert(kPixel == 2);
  constexpr int kRow = 3 * kThumbnailPx;
  std::array<int, kRow> pairs;
  for (int i = 0; i < kRow; ++i) pairs[i] = rows[i] + rows[kRow + i];
  for (int c = 0; c < 3; ++c) {
    for (int x = 0; x < kFingerprintPx; ++x) out[c][x] = pairs[6 * x + c] + pairs[6 * x + 3 + c];
  }
}

/// Rec. 601's weights, in 2⁻¹⁶, of sums over kPixel² pixels.
GIEMSA_VECTOR_CLONES void luma_of(const std::array<RowSums, 3>& rgb, std::uint8_t* out) {
  constexpr int kRed = 19595, kGreen = 38470, kBlue = 7471, kShift = 16 + 2;
  static_assert(kRed + kGreen + kBlue == 1 << 16 && kPixel * kPixel == 1 << 2);
  for (int x = 0; x < kFingerprintPx; ++x) {
    const int weighted = kRed * rgb[0][x] + kGreen * rgb[1][x] + kBlue * rgb[2][x];
    out[x] = static_cast<std::uint8_t>((weighted + (1 << (kShift - 1))) >> kShift);
  }
}

}  // namespace

Fingerprint fingerprint(const Image& thumbnail) {
  require(thumbnail.width() == kThumbnailPx && thumbnail.height() == kThumbnailPx, ErrorKind::Internal,
          fmt::format("[inspect] fingerprint of {}×{} px; expected a thumbnail of {} px", thumbnail.width(),
                      thumbnail.height(), kThumbnailPx));
  Fingerprint made;
  std::array<std::array<int, 3>, made.colour[0].size()> sums{};  // of R, G, B under each colour pixel
  for (int y = 0; y < kFingerprintPx; ++y) {
    std::array<RowSums, 3> rgb;
    sum_pixels(thumbnail.row(kPixel * y), rgb);
    luma_of(rgb, &made.luma[y * kFingerprintPx]);
    for (int x = 0; x < kFingerprintPx; ++x) {
      auto& sum = sums[y / kCell * kFingerprintColourPx + x / kCell];
      for (std::size_t c = 0; c < 3; ++c) sum[c] += rgb[c][x];
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
