#include "giemsa/descriptors/statistics.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <vector>

#include "giemsa/core/vector_clones.h"

namespace giemsa {
namespace {

/// Rec. 601 weights in 1/256.
constexpr std::uint8_t luma(const std::uint8_t* rgb) {
  return static_cast<std::uint8_t>((77 * rgb[0] + 150 * rgb[1] + 29 * rgb[2] + 128) >> 8);
}

GIEMSA_VECTOR_CLONES void luma_row(const std::uint8_t* rgb, std::uint8_t* out, int width) {
  for (int x = 0; x < width; ++x) out[x] = luma(rgb + std::ptrdiff_t{3} * x);
}

struct LaplacianSums {
  std::int64_t sum = 0, squares = 0;
};

/// Over the inner pixels of the middle one of three rows. |Laplacian| ≤ 1020, so that the squares of a row of
/// 2000 px fit into 31 bits; longer rows come in pieces.
GIEMSA_VECTOR_CLONES void add_laplacian(const std::uint8_t* above, const std::uint8_t* row,
                                        const std::uint8_t* below, int width, LaplacianSums& sums) {
  constexpr int kPiece = 2000;
  for (int begin = 1; begin < width - 1; begin += kPiece) {
    const int end = std::min(begin + kPiece, width - 1);
    std::int32_t sum = 0, squares = 0;
    for (int x = begin; x < end; ++x) {
      const std::int32_t value = above[x] + below[x] + row[x - 1] + row[x + 1] - 4 * row[x];
      sum += value;
      squares += value * value;
    }
    sums.sum += sum;
    sums.squares += squares;
  }
}

struct Extremes {
  std::uint8_t darkest = 255, lightest = 0;
};

GIEMSA_VECTOR_CLONES void add_extremes(const std::uint8_t* row, int width, Extremes& extremes) {
  std::uint8_t darkest = extremes.darkest, lightest = extremes.lightest;
  for (int x = 0; x < width; ++x) {
    darkest = row[x] < darkest ? row[x] : darkest;
    lightest = row[x] > lightest ? row[x] : lightest;
  }
  extremes = {darkest, lightest};
}

/// What is measured at full size.
struct Detail {
  double range = 0, sharpness = 0;
};

Detail detail(ImageView picture) {
  const int width = picture.width, height = picture.height;
  const auto row_bytes = static_cast<std::size_t>(width);
  std::vector<std::uint8_t> rows(3 * row_bytes);  // row y lies at y mod 3
  const auto row = [&](int y) { return rows.data() + static_cast<std::size_t>(y % 3) * row_bytes; };
  LaplacianSums sums;
  Extremes extremes;
  for (int y = 0; y < height; ++y) {
    luma_row(picture.row(y), row(y), width);
    add_extremes(row(y), width, extremes);
    if (y >= 2) add_laplacian(row(y - 2), row(y - 1), row(y), width, sums);
  }
  Detail result{.range = static_cast<double>(extremes.lightest - extremes.darkest)};
  if (width < 3 || height < 3) return result;
  const double count = static_cast<double>(width - 2) * (height - 2);
  const double mean = static_cast<double>(sums.sum) / count;
  result.sharpness = std::sqrt(std::max(0.0, static_cast<double>(sums.squares) / count - mean * mean));
  return result;
}

}  // namespace

PictureStatistics picture_statistics(ImageView picture, const Image& thumbnail) {
  std::array<std::uint32_t, 256> levels{};
  std::array<std::uint64_t, 3> sums{};
  const std::size_t pixels = thumbnail.bytes().size() / 3;
  for (std::size_t i = 0; i < pixels; ++i) {
    const std::uint8_t* const rgb = thumbnail.pixels() + 3 * i;
    ++levels[luma(rgb)];
    for (std::size_t c = 0; c < 3; ++c) sums[c] += rgb[c];
  }
  PictureStatistics result;
  const auto count = static_cast<double>(pixels);
  for (std::size_t c = 0; c < 3; ++c)
    result.mean_rgb[c] = static_cast<float>(static_cast<double>(sums[c]) / count);
  double sum = 0, squares = 0, entropy = 0;
  for (int level = 0; level < 256; ++level) {
    const double n = levels[static_cast<std::size_t>(level)];
    if (n == 0) continue;
    sum += n * level;
    squares += n * level * level;
    entropy -= n / count * std::log2(n / count);
  }
  const double mean = sum / count;
  result.luma_mean = static_cast<float>(mean);
  result.luma_std = static_cast<float>(std::sqrt(std::max(0.0, squares / count - mean * mean)));
  result.entropy_bits = static_cast<float>(entropy);
  const Detail seen = detail(picture);
  result.luma_range = static_cast<float>(seen.range);
  result.sharpness = static_cast<float>(seen.sharpness);
  return result;
}

}  // namespace giemsa
