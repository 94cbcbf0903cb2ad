// The numbers follow what a person looks at in a May-Grünwald-Giemsa smear: the ground, the nucleus (its
// place, size, outline and colour), the cytoplasm around it (as rings of growing distance from the nucleus),
// rings about the centre of the picture, how often each colour occurs, and the texture at four scales. All
// colours are optical densities (stain.h), and all sums run over sets that flips and quarter turns keep.
//
// On PBC (13,681 pictures) the 11 nearest neighbours of a picture name its class with 97 % accuracy after
// whitening within classes (the picture itself left out; asked of 2,500 of them), so 64 px are enough.
#include "giemsa/descriptors/appearance.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <numbers>
#include <numeric>

#include "giemsa/core/error.h"
#include "giemsa/core/vector_clones.h"
#include "giemsa/descriptors/stain.h"
#include "giemsa/descriptors/texture.h"

namespace giemsa {
namespace {

/// Radii in pixels of the five zones about the picture's centre, and of the disc whose colours are counted.
constexpr std::array<double, 5> kZoneRadii_px = {8, 14, 20, 29, 64};
constexpr double kColourRadius_px = 22;
/// A nucleus reaches into this disc about the centre.
constexpr double kSeedRadius_px = 14;

/// Pixels whose centres lie nearer to the picture's centre than `radius_px`.
Mask64 disc(double radius_px) {
  Mask64 mask;
  for (int y = 0; y < 64; ++y) {
    for (int x = 0; x < 64; ++x) {
      if (std::hypot(y - 31.5, x - 31.5) < radius_px) mask.rows[y] |= std::uint64_t{1} << x;
    }
  }
  return mask;
}

using Quarter = std::array<std::array<float, 32>, 32>;
using Bytes64 = std::array<std::array<std::uint8_t, 64>, 64>;

/// Sets about the picture's centre that turning and flipping keep. Of those that planes are summed over only
/// the upper left quarter is kept, as 1 and 0, for planes that are folded.
struct Discs {
  Mask64 seed = disc(kSeedRadius_px);
  Bytes64 outside_colour{};  ///< 255 outside of the disc whose colours are counted
  Quarter colour_quarter;
  float colour_count;
  std::array<Quarter, kZoneRadii_px.size()> zone_quarters;
  std::array<float, kZoneRadii_px.size()> zone_counts{};

  Discs() {
    const Mask64 colour = disc(kColourRadius_px);
    for (auto& row : outside_colour) row.fill(255);
    colour.for_each([&](int y, int x) { outside_colour[y][x] = 0; });
    colour_quarter = quarter(colour);
    colour_count = static_cast<float>(colour.count());
    Mask64 inner;
    for (std::size_t i = 0; i < zone_quarters.size(); ++i) {
      const Mask64 outer = disc(kZoneRadii_px[i]);
      zone_counts[i] = static_cast<float>((outer - inner).count());
      zone_quarters[i] = quarter(outer - inner);
      inner = outer;
    }
  }

  static Quarter quarter(const Mask64& mask) {
    Quarter out{};
    mask.for_each([&](int y, int x) {
      if (y < 32 && x < 32) out[y][x] = 1;
    });
    return out;
  }
};

const Discs& discs() {
  static const Discs all;
  return all;
}

/// The sums of the four pixels that flips carry into each other.
GIEMSA_VECTOR_CLONES void fold(const Plane64& plane, Quarter& out) {
  for (int y = 0; y < 32; ++y) {
    for (int x = 0; x < 32; ++x)
      out[y][x] = (plane[y][x] + plane[y][63 - x]) + (plane[63 - y][x] + plane[63 - y][63 - x]);
  }
}

/// Over the pixels where `set` is 1. Columns are summed apart, so that they can be summed side by side.
GIEMSA_VECTOR_CLONES float sum_within(const Quarter& folded, const Quarter& set) {
  std::array<float, 32> sums{};
  for (int y = 0; y < 32; ++y) {
    for (int x = 0; x < 32; ++x) sums[x] += folded[y][x] * set[y][x];
  }
  return std::accumulate(sums.begin(), sums.end(), 0.f);
}

/// Means over a set of pixels; all 0 for an empty one.
struct ColourOfPart {
  std::array<float, 3> mean{}, std{};
  float grain = 0;
};

/// Sums of one half of each row, column by column.
struct ColumnSums {
  std::array<float, 32> red{}, green{}, blue{}, red2{}, green2{}, blue2{}, grain{};
};

GIEMSA_VECTOR_CLONES void sum_columns(const Stain& stain, const Mask64& part, ColumnSums& out) {
  ColumnSums sums;
  for (int y = 0; y < 64; ++y) {
    for (const int half : {0, 32}) {
      const auto bits = static_cast<std::uint32_t>(part.rows[y] >> half);
      if (bits == 0) continue;
      std::array<float, 32> in;
      for (int x = 0; x < 32; ++x) in[x] = static_cast<float>(static_cast<int>(bits >> x & 1));
      const float *red = &stain.red[y][half], *green = &stain.green[y][half], *blue = &stain.blue[y][half];
      const float* grain = &stain.grain[y][half];
      for (int x = 0; x < 32; ++x) {
        const float r = in[x] * red[x], g = in[x] * green[x], b = in[x] * blue[x];
        sums.red[x] += r, sums.green[x] += g, sums.blue[x] += b;
        sums.red2[x] += r * r, sums.green2[x] += g * g, sums.blue2[x] += b * b;
        sums.grain[x] += in[x] * grain[x];
      }
    }
  }
  out = sums;
}

ColourOfPart colour_of(const Stain& stain, const Mask64& part) {
  ColumnSums sums;
  sum_columns(stain, part, sums);
  const float n = static_cast<float>(std::max(part.count(), 1));
  const auto mean = [n](const std::array<float, 32>& columns) {
    return std::accumulate(columns.begin(), columns.end(), 0.f) / n;
  };
  const std::array<float, 3> means = {mean(sums.red), mean(sums.green), mean(sums.blue)};
  const auto deviation = [](float mean_value, float mean_square) {
    return std::sqrt(std::max(mean_square - mean_value * mean_value, 0.f));
  };
  return {.mean = means,
          .std = {deviation(means[0], mean(sums.red2)), deviation(means[1], mean(sums.green2)),
                  deviation(means[2], mean(sums.blue2))},
          .grain = mean(sums.grain)};
}

/// The numbers are written one after the other.
class Writer {
 public:
  explicit Writer(Appearance& out) : out_(out) {}
  void operator()(double value) { out_.at(at_++) = static_cast<float>(value); }
  void operator()(const std::array<float, 3>& colour) {
    for (const float value : colour) out_.at(at_++) = value;
  }
  bool complete() const { return at_ == out_.size(); }

 private:
  Appearance& out_;
  std::size_t at_ = 0;
};

void write_nucleus_shape(const Stain& stain, const Mask64& nucleus, Writer& write) {
  // Moments about the picture's centre, in halves of a pixel so that all sums are exact.
  std::int64_t sx = 0, sy = 0, sxx = 0, syy = 0, sxy = 0;
  for (int row = 0; row < 64; ++row) {
    const int y = 2 * row - 63;
    std::int64_t n = 0, row_x = 0;
    for (std::uint64_t bits = nucleus.rows[row]; bits != 0;) {  // run by run
      const int first = std::countr_zero(bits), count = std::countr_one(bits >> first);
      const std::int64_t middle = 2 * first + count - 64;  // Σ x = count · middle
      n += count;
      row_x += count * middle;
      sxx += count * middle * middle + count * (count * count - 1) / 3;
      bits = first + count < 64 ? bits >> (first + count) << (first + count) : 0;
    }
    sx += row_x, sy += n * y, syy += n * y * y, sxy += row_x * y;
  }
  const double area = nucleus.count(), n = std::max(area, 1.0);
  const double mx = sx / n / 2, my = sy / n / 2;
  const double xx = sxx / n / 4 - mx * mx, yy = syy / n / 4 - my * my, xy = sxy / n / 4 - mx * my;
  const double trace = xx + yy, difference = std::hypot(xx - yy, 2 * xy);
  const double long_axis = std::sqrt(std::max(trace + difference, 0.0) / 2);
  const double short_axis = std::sqrt(std::max(trace - difference, 0.0) / 2);
  const Outline line = outline(nucleus);

  write(stain.nucleus_threshold);
  write(std::sqrt(area));
  write(std::hypot(mx, my));
  write(long_axis);
  write((short_axis + 0.5) / (long_axis + 0.5));
  write(2 * std::numbers::pi * trace / n);  // 1 for a disc; more for what is long, lobed or in pieces
  write(line.length / std::sqrt(n));
  write(line.euler);
  write(std::sqrt(stain.dark.count() - area));
}

/// In rings of 1, 2, 2 and 3 px around the nucleus: the cytoplasm, then what lies around the cell.
void write_rings(const Stain& stain, const Mask64& nucleus, Writer& write) {
  Mask64 inner = nucleus, outer = nucleus;
  int step = 0;
  for (const int width_px : {1, 2, 2, 3}) {
    for (int i = 0; i < width_px; ++i, ++step) outer = step % 2 == 0 ? grown_by_4(outer) : grown_by_8(outer);
    const ColourOfPart ring = colour_of(stain, outer - inner);
    write(ring.mean);
    write(ring.std[1]);
    write(ring.grain);
    inner = outer;
  }
}

void write_zones(const Stain& stain, Writer& write) {
  Quarter red, green, blue;
  fold(stain.red, red);
  fold(stain.green, green);
  fold(stain.blue, blue);
  for (std::size_t i = 0; i < kZoneRadii_px.size(); ++i) {
    const Quarter& zone = discs().zone_quarters[i];
    const float n = discs().zone_counts[i];
    write({sum_within(red, zone) / n, sum_within(green, zone) / n, sum_within(blue, zone) / n});
  }
}

constexpr int kDepths = 5, kHues = 4;

/// Depth of colour times kHues plus hue. A hue is how much more red than blue light is missing, in
/// proportion to the depth.
GIEMSA_VECTOR_CLONES void bin_colours(const Stain& stain, Bytes64& bins) {
  for (int y = 0; y < 64; ++y) {
    for (int x = 0; x < 64; ++x) {
      const float depth = stain.mean[y][x], hue = stain.red[y][x] - stain.blue[y][x];
      const float unit = depth > 0.12f ? depth : 0.12f;
      const int depths = (depth >= 0.12f) + (depth >= 0.3f) + (depth >= 0.5f) + (depth >= 0.8f);
      const int hues = (hue >= -0.4f * unit) + (hue >= 0.1f * unit) + (hue >= 0.5f * unit);
      bins[y][x] = static_cast<std::uint8_t>(kHues * depths + hues);
    }
  }
}

/// How often each of the bins occurs within the disc of colours.
GIEMSA_VECTOR_CLONES void count_bins(const Bytes64& bins, const Bytes64& outside,
                                     std::array<int, kDepths * kHues>& counts) {
  constexpr int kFirstRow = 32 - static_cast<int>(kColourRadius_px), kLastRow = 64 - kFirstRow;
  Bytes64 within;
  for (int y = kFirstRow; y < kLastRow; ++y) {
    for (int x = 0; x < 64; ++x) within[y][x] = bins[y][x] | outside[y][x];
  }
  for (std::uint8_t bin = 0; bin < kDepths * kHues; ++bin) {
    std::array<std::uint8_t, 64> columns{};
    for (int y = kFirstRow; y < kLastRow; ++y) {
      for (int x = 0; x < 64; ++x) columns[x] += within[y][x] == bin ? 1 : 0;
    }
    int count = 0;
    for (const std::uint8_t column : columns) count += column;
    counts[bin] = count;
  }
}

void write_colours(const Stain& stain, Writer& write) {
  Bytes64 bins;
  bin_colours(stain, bins);
  std::array<int, kDepths * kHues> counts;
  count_bins(bins, discs().outside_colour, counts);
  for (const int count : counts) write(std::sqrt(static_cast<float>(count) / discs().colour_count));
}

GIEMSA_VECTOR_CLONES float sum_of(const Plane64& plane) {
  std::array<float, 64> sums{};
  for (int y = 0; y < 64; ++y) {
    for (int x = 0; x < 64; ++x) sums[x] += plane[y][x];
  }
  return std::accumulate(sums.begin(), sums.end(), 0.f);
}

void write_texture(const Stain& stain, Writer& write) {
  for (const float step : mean_steps(stain.mean)) write(step);
  write(sum_of(stain.grain) / (62.f * 62.f));
  Quarter grain;
  fold(stain.grain, grain);
  write(sum_within(grain, discs().colour_quarter) / discs().colour_count);
}

}  // namespace

Appearance appearance(const Image& thumbnail) {
  Stain stain;
  measure_stain(thumbnail, stain);
  const Mask64 nucleus = connected(discs().seed, stain.dark);

  Appearance numbers{};
  Writer write(numbers);
  for (const float light : stain.ground) write(light / 255);
  write_nucleus_shape(stain, nucleus, write);
  const ColourOfPart colour = colour_of(stain, nucleus);
  write(colour.mean);
  write(colour.std);
  write(colour_of(stain, shrunk_by_8(nucleus)).grain);
  write_rings(stain, nucleus, write);
  write_zones(stain, write);
  write_colours(stain, write);
  write_texture(stain, write);
  require(write.complete(), ErrorKind::Internal, "[inspect] an appearance has too few numbers");
  return numbers;
}

}  // namespace giemsa
