#include "giemsa/descriptors/statistics.h"

#include <algorithm>
#include <cmath>
#include <span>
#include <vector>

#include "giemsa/core/error.h"
#include "giemsa/core/vector_clones.h"
#include "giemsa/descriptors/thumbnail.h"

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

constexpr std::int32_t laplacian(const std::uint8_t* at, std::ptrdiff_t row) {
  return at[-row] + at[row] + at[-1] + at[1] - 4 * at[0];
}

/// Over `count` pixels, one after another. |Laplacian| ≤ 1020, so that the squares of 2000 of them fit into
/// 31 bits.
GIEMSA_VECTOR_CLONES void add_laplacians(const std::uint8_t* first, std::ptrdiff_t count, std::ptrdiff_t row,
                                         LaplacianSums& sums) {
  constexpr std::ptrdiff_t kPiece = 2000;
  for (std::ptrdiff_t begin = 0; begin < count; begin += kPiece) {
    const std::ptrdiff_t end = std::min(begin + kPiece, count);
    std::int32_t sum = 0, squares = 0;
    for (std::ptrdiff_t i = begin; i < end; ++i) {
      const auto value = static_cast<std::int16_t>(laplacian(first + i, row));
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

GIEMSA_VECTOR_CLONES void find_extremes(const std::uint8_t* luma, std::ptrdiff_t count, Extremes& extremes) {
  std::uint8_t darkest = 255, lightest = 0;
  for (std::ptrdiff_t i = 0; i < count; ++i) {
    darkest = luma[i] < darkest ? luma[i] : darkest;
    lightest = luma[i] > lightest ? luma[i] : lightest;
  }
  extremes = {darkest, lightest};
}

/// What is measured at full size.
struct Detail {
  double range = 0, sharpness = 0;
};

/// luma: [height, width], row after row. All of it is gone through in one, since short rows would leave
/// vector units idle at each row's end; what that takes for pixels at the left and right border is taken off
/// again.
Detail detail(const std::uint8_t* luma, int width, int height) {
  const std::ptrdiff_t row = width;
  Extremes extremes;
  find_extremes(luma, row * height, extremes);
  Detail result{.range = static_cast<double>(extremes.lightest - extremes.darkest)};
  if (width < 3 || height < 3) return result;
  LaplacianSums sums;
  add_laplacians(luma + row, row * (height - 2), row, sums);
  for (int y = 1; y < height - 1; ++y) {
    for (const std::ptrdiff_t x : {std::ptrdiff_t{0}, row - 1}) {
      const std::int64_t value = laplacian(luma + y * row + x, row);
      sums.sum -= value;
      sums.squares -= value * value;
    }
  }
  const double count = static_cast<double>(width - 2) * (height - 2);
  const double mean = static_cast<double>(sums.sum) / count;
  result.sharpness = std::sqrt(std::max(0.0, static_cast<double>(sums.squares) / count - mean * mean));
  return result;
}

Detail detail(ImageView picture) {
  const auto width = static_cast<std::size_t>(picture.width);
  std::vector<std::uint8_t> luma(width * static_cast<std::size_t>(picture.height));
  for (int y = 0; y < picture.height; ++y)
    luma_row(picture.row(y), &luma[static_cast<std::size_t>(y) * width], picture.width);
  return detail(luma.data(), picture.width, picture.height);
}

Detail detail(const YccView& picture) {
  const auto width = static_cast<std::size_t>(picture.width);
  if (picture.luma.stride == width) return detail(picture.luma.samples, picture.width, picture.height);
  std::vector<std::uint8_t> luma(width * static_cast<std::size_t>(picture.height));
  for (int y = 0; y < picture.height; ++y)
    std::copy_n(picture.luma.row(y), width, &luma[static_cast<std::size_t>(y) * width]);
  return detail(luma.data(), picture.width, picture.height);
}

/// In four turns, since adding to the same count again at once is slow.
std::array<std::uint32_t, 256> histogram(std::span<const std::uint8_t> levels) {
  std::array<std::array<std::uint32_t, 256>, 4> parts{};
  for (std::size_t i = 0; i < levels.size(); ++i) ++parts[i % 4][levels[i]];
  for (std::size_t v = 0; v < 256; ++v) parts[0][v] += parts[1][v] + parts[2][v] + parts[3][v];
  return parts[0];
}

/// rgb: [kThumbnailPx, kThumbnailPx, 3] → sums: [kThumbnailPx, 3], of each column and channel
GIEMSA_VECTOR_CLONES void sum_columns(const std::uint8_t* rgb,
                                      std::array<std::uint16_t, 3 * kThumbnailPx>& sums) {
  sums.fill(0);
  for (int y = 0; y < kThumbnailPx; ++y, rgb += sums.size()) {
    for (std::size_t i = 0; i < sums.size(); ++i) sums[i] = static_cast<std::uint16_t>(sums[i] + rgb[i]);
  }
}

PictureStatistics of_thumbnail(const Image& thumbnail) {
  require(thumbnail.width() == kThumbnailPx && thumbnail.height() == kThumbnailPx, ErrorKind::Internal,
          "[inspect] statistics are measured on thumbnails of 64 px");
  constexpr std::size_t kPixels = std::size_t{kThumbnailPx} * kThumbnailPx;
  std::array<std::uint8_t, kPixels> lumas;
  luma_row(thumbnail.pixels(), lumas.data(), static_cast<int>(kPixels));
  std::array<std::uint16_t, 3 * kThumbnailPx> columns;
  sum_columns(thumbnail.pixels(), columns);
  std::array<std::uint32_t, 3> sums{};
  for (std::size_t i = 0; i < columns.size(); ++i) sums[i % 3] += columns[i];
  PictureStatistics result;
  const auto count = double{kPixels};
  for (std::size_t c = 0; c < 3; ++c)
    result.mean_rgb[c] = static_cast<float>(static_cast<double>(sums[c]) / count);
  const auto levels = histogram(lumas);
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
  return result;
}

PictureStatistics with_detail(PictureStatistics statistics, const Detail& detail) {
  statistics.luma_range = static_cast<float>(detail.range);
  statistics.sharpness = static_cast<float>(detail.sharpness);
  return statistics;
}

}  // namespace

PictureStatistics picture_statistics(ImageView picture, const Image& thumbnail) {
  return with_detail(of_thumbnail(thumbnail), detail(picture));
}

PictureStatistics picture_statistics(const YccView& picture, const Image& thumbnail) {
  return with_detail(of_thumbnail(thumbnail), detail(picture));
}

}  // namespace giemsa
