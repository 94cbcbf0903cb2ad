#include "giemsa/descriptors/thumbnail.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>
#include <vector>

#include "giemsa/core/error.h"
#include "giemsa/core/vector_clones.h"

namespace giemsa {
namespace {

// Means are weighted first down the columns, then along the rows, in integers, so that thumbnails are the
// same on every processor. The first weights sum to 2⁸, so that a sum of pixels fits into 16 bits, of which
// vector units work on many at once; the second sum to 2¹⁵.
constexpr int kRowBits = 8, kColumnBits = 15;

/// Which source pixels each thumbnail pixel is the mean of, along one side.
struct Spans {
  int taps = 0;                           ///< pixels in each mean; those with weight 0 may lie outside
  std::array<int, kThumbnailPx> first{};  ///< the first of them
  std::vector<std::uint16_t> weights;     ///< [kThumbnailPx, taps]

  const std::uint16_t* row(int i) const { return weights.data() + static_cast<std::ptrdiff_t>(i) * taps; }
};

/// Weights that sum to 2^bits. What rounding takes from one goes to the next, so that none is off by more
/// than one and their sum is exact.
Spans spans_of(int length, int bits) {
  const double step = static_cast<double>(length) / kThumbnailPx;
  const bool shrinks = length >= kThumbnailPx;
  Spans spans;
  spans.taps = shrinks ? static_cast<int>(std::ceil(step)) + 1 : 2;
  spans.weights.reserve(static_cast<std::size_t>(kThumbnailPx) * static_cast<std::size_t>(spans.taps));
  for (int i = 0; i < kThumbnailPx; ++i) {
    // Shrinking: the area [from, to). Growing: the straight line between the pixels around the centre.
    const double centre = std::clamp((i + 0.5) * step - 0.5, 0.0, length - 1.0);
    const double from = i * step, to = from + step;
    const int first = static_cast<int>(shrinks ? from : centre);
    spans.first[static_cast<std::size_t>(i)] = first;
    double share = 0;  // of the pixels up to p
    int before = 0;
    for (int p = first; p < first + spans.taps; ++p) {
      share += shrinks ? std::max(0.0, std::min(to, p + 1.0) - std::max(from, static_cast<double>(p))) / step
                       : std::max(0.0, 1 - std::abs(centre - p));
      const int until = static_cast<int>(share * (1 << bits) + 0.5);
      spans.weights.push_back(static_cast<std::uint16_t>(until - before));
      before = until;
    }
  }
  return spans;
}

GIEMSA_VECTOR_CLONES void add_row(const std::uint8_t* row, std::uint16_t weight, std::uint16_t* sums,
                                  std::size_t count) {
  for (std::size_t i = 0; i < count; ++i) sums[i] = static_cast<std::uint16_t>(sums[i] + row[i] * weight);
}

/// Four channels at once, of which the last is not used (vector types of GCC and Clang).
using Channels = std::uint32_t __attribute__((vector_size(16)));
using ShortChannels = std::uint16_t __attribute__((vector_size(8)));

/// A row of the thumbnail. `sums` may be read one number beyond the last pixel.
GIEMSA_VECTOR_CLONES void mean_columns(const std::uint16_t* sums, const int* first,
                                       const std::uint16_t* weights, int taps, std::uint8_t* out) {
  constexpr std::uint32_t kHalf = 1u << (kRowBits + kColumnBits - 1);
  for (int x = 0; x < kThumbnailPx; ++x) {
    const std::uint16_t* in = sums + std::ptrdiff_t{3} * first[x];
    Channels colour = {kHalf, kHalf, kHalf};
    for (int t = 0; t < taps; ++t, in += 3) {
      ShortChannels pixel;
      std::memcpy(&pixel, in, sizeof pixel);
      colour += __builtin_convertvector(pixel, Channels) * *weights++;
    }
    for (int c = 0; c < 3; ++c)
      out[3 * x + c] = static_cast<std::uint8_t>(colour[c] >> (kRowBits + kColumnBits));
  }
}

}  // namespace

Image thumbnail(ImageView picture) {
  require(picture.width > 0 && picture.height > 0, ErrorKind::Internal,
          "[inspect] an empty picture has no thumbnail");
  const Spans rows = spans_of(picture.height, kRowBits), columns = spans_of(picture.width, kColumnBits);
  Image small(kThumbnailPx, kThumbnailPx);
  const std::size_t samples = std::size_t{3} * static_cast<std::size_t>(picture.width);
  std::vector<std::uint16_t> sums(samples + std::size_t{3} * static_cast<std::size_t>(columns.taps) + 1);
  for (int y = 0; y < kThumbnailPx; ++y) {
    std::fill_n(sums.begin(), samples, std::uint16_t{0});
    for (int t = 0; t < rows.taps; ++t) {
      if (const std::uint16_t weight = rows.row(y)[t]; weight > 0)
        add_row(picture.row(rows.first[static_cast<std::size_t>(y)] + t), weight, sums.data(), samples);
    }
    mean_columns(sums.data(), columns.first.data(), columns.weights.data(), columns.taps, small.row(y));
  }
  return small;
}

}  // namespace giemsa
