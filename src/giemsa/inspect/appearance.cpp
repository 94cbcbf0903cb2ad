// The numbers follow what a person looks at in a May-Grünwald-Giemsa smear: the ground, the nucleus (its
// place, size, outline and colour), the cytoplasm around it (as rings of growing distance from the nucleus),
// rings about the centre of the picture, how often each colour occurs, and the texture at four scales. All
// colours are optical densities (stain.h), and all sums run over sets that flips and quarter turns keep.
//
// On PBC (13,681 pictures) the 11 nearest neighbours of a picture name its class with 97 % accuracy after
// whitening within classes (the picture itself left out; asked of 2,500 of them), so 64 px are enough.
#include "giemsa/inspect/appearance.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <numeric>

#include "giemsa/core/vector_clones.h"
#include "giemsa/inspect/stain.h"

namespace giemsa {
namespace {

constexpr std::array<std::string_view, kAppearanceSize> kNames = {"ground_red",
                                                                  "ground_green",
                                                                  "ground_blue",
                                                                  "nucleus_threshold",
                                                                  "nucleus_size",
                                                                  "nucleus_offset",
                                                                  "nucleus_length",
                                                                  "nucleus_roundness",
                                                                  "nucleus_spread",
                                                                  "nucleus_outline",
                                                                  "nucleus_pieces",
                                                                  "dark_elsewhere",
                                                                  "nucleus_red",
                                                                  "nucleus_green",
                                                                  "nucleus_blue",
                                                                  "nucleus_red_std",
                                                                  "nucleus_green_std",
                                                                  "nucleus_blue_std",
                                                                  "nucleus_grain",
                                                                  "ring1_red",
                                                                  "ring1_green",
                                                                  "ring1_blue",
                                                                  "ring1_green_std",
                                                                  "ring1_grain",
                                                                  "ring2_red",
                                                                  "ring2_green",
                                                                  "ring2_blue",
                                                                  "ring2_green_std",
                                                                  "ring2_grain",
                                                                  "ring3_red",
                                                                  "ring3_green",
                                                                  "ring3_blue",
                                                                  "ring3_green_std",
                                                                  "ring3_grain",
                                                                  "ring4_red",
                                                                  "ring4_green",
                                                                  "ring4_blue",
                                                                  "ring4_green_std",
                                                                  "ring4_grain",
                                                                  "zone1_red",
                                                                  "zone1_green",
                                                                  "zone1_blue",
                                                                  "zone2_red",
                                                                  "zone2_green",
                                                                  "zone2_blue",
                                                                  "zone3_red",
                                                                  "zone3_green",
                                                                  "zone3_blue",
                                                                  "zone4_red",
                                                                  "zone4_green",
                                                                  "zone4_blue",
                                                                  "zone5_red",
                                                                  "zone5_green",
                                                                  "zone5_blue",
                                                                  "clear_orange",
                                                                  "clear_pink",
                                                                  "clear_violet",
                                                                  "clear_blue",
                                                                  "pale_orange",
                                                                  "pale_pink",
                                                                  "pale_violet",
                                                                  "pale_blue",
                                                                  "middle_orange",
                                                                  "middle_pink",
                                                                  "middle_violet",
                                                                  "middle_blue",
                                                                  "deep_orange",
                                                                  "deep_pink",
                                                                  "deep_violet",
                                                                  "deep_blue",
                                                                  "dark_orange",
                                                                  "dark_pink",
                                                                  "dark_violet",
                                                                  "dark_blue",
                                                                  "edges1",
                                                                  "edges2",
                                                                  "edges4",
                                                                  "edges8",
                                                                  "grain",
                                                                  "centre_grain"};

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

/// Sets about the picture's centre that turning and flipping keep. Of the zones and the colour disc only the
/// upper left quarter is listed, for planes that are folded.
struct Discs {
  Mask64 seed = disc(kSeedRadius_px), colour = disc(kColourRadius_px);
  Mask64 colour_quarter = quarter(colour);
  std::array<Mask64, kZoneRadii_px.size()> zone_quarters;
  float colour_count = static_cast<float>(colour.count());
  std::array<float, kZoneRadii_px.size()> zone_counts{};

  Discs() {
    Mask64 inner;
    for (std::size_t i = 0; i < zone_quarters.size(); ++i) {
      const Mask64 outer = disc(kZoneRadii_px[i]);
      zone_counts[i] = static_cast<float>((outer - inner).count());
      zone_quarters[i] = quarter(outer - inner);
      inner = outer;
    }
  }

  static Mask64 quarter(const Mask64& mask) {
    Mask64 out;
    for (int y = 0; y < 32; ++y) out.rows[y] = mask.rows[y] & 0xFFFF'FFFF;
    return out;
  }
};

const Discs& discs() {
  static const Discs all;
  return all;
}

using Quarter = std::array<std::array<float, 32>, 32>;

/// The sums of the four pixels that flips carry into each other.
GIEMSA_VECTOR_CLONES void fold(const Plane64& plane, Quarter& out) {
  for (int y = 0; y < 32; ++y) {
    for (int x = 0; x < 32; ++x)
      out[y][x] = (plane[y][x] + plane[y][63 - x]) + (plane[63 - y][x] + plane[63 - y][63 - x]);
  }
}

/// Means over a set of pixels; all 0 for an empty one.
struct ColourOfPart {
  std::array<float, 3> mean{}, std{};
  float grain = 0;
};

ColourOfPart colour_of(const Stain& stain, const Mask64& part) {
  float r = 0, g = 0, b = 0, rr = 0, gg = 0, bb = 0, grain = 0;
  part.for_each([&](int y, int x) {
    const float red = stain.red[y][x], green = stain.green[y][x], blue = stain.blue[y][x];
    r += red, g += green, b += blue;
    rr += red * red, gg += green * green, bb += blue * blue;
    grain += stain.grain[y][x];
  });
  const float n = static_cast<float>(std::max(part.count(), 1));
  const auto deviation = [n](float sum, float squares) {
    return std::sqrt(std::max(squares / n - sum / n * (sum / n), 0.f));
  };
  return {.mean = {r / n, g / n, b / n},
          .std = {deviation(r, rr), deviation(g, gg), deviation(b, bb)},
          .grain = grain / n};
}

/// The numbers are written one after the other.
class Writer {
 public:
  explicit Writer(Appearance& out) : out_(out) {}
  void operator()(double value) { out_[at_++] = static_cast<float>(value); }
  void operator()(const std::array<float, 3>& colour) {
    for (const float value : colour) out_[at_++] = value;
  }
  bool complete() const { return at_ == out_.size(); }

 private:
  Appearance& out_;
  std::size_t at_ = 0;
};

void write_nucleus_shape(const Stain& stain, const Mask64& nucleus, Writer& write) {
  // Moments about the picture's centre, in halves of a pixel so that all sums are exact.
  std::int64_t sx = 0, sy = 0, sxx = 0, syy = 0, sxy = 0;
  nucleus.for_each([&](int row, int column) {
    const int y = 2 * row - 63, x = 2 * column - 63;
    sx += x, sy += y, sxx += x * x, syy += y * y, sxy += x * y;
  });
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
    float r = 0, g = 0, b = 0;
    discs().zone_quarters[i].for_each(
        [&](int y, int x) { r += red[y][x], g += green[y][x], b += blue[y][x]; });
    const float n = discs().zone_counts[i];
    write({r / n, g / n, b / n});
  }
}

constexpr int kDepths = 5, kHues = 4;
using ColourBins = std::array<std::array<std::uint8_t, 64>, 64>;

/// Depth of colour times kHues plus hue. A hue is how much more red than blue light is missing, in
/// proportion to the depth.
GIEMSA_VECTOR_CLONES void bin_colours(const Stain& stain, ColourBins& bins) {
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

void write_colours(const Stain& stain, Writer& write) {
  ColourBins bins;
  bin_colours(stain, bins);
  std::array<int, kDepths * kHues> counts{};
  discs().colour.for_each([&](int y, int x) { ++counts[bins[y][x]]; });
  for (const int count : counts) write(std::sqrt(static_cast<float>(count) / discs().colour_count));
}

/// Sum of the steps between neighbours along both directions, of the first `size` rows and columns. Columns
/// are summed apart, so that they can be summed side by side.
GIEMSA_VECTOR_CLONES float sum_of_steps(const Plane64& plane, int size) {
  std::array<float, 64> sums{};
  for (int y = 0; y < size; ++y) {
    const float* row = plane[y].data();
    const float* above = plane[y > 0 ? y - 1 : 0].data();
    for (int x = 0; x < size; ++x) sums[x] += std::fabs(row[x] - above[x]);
    for (int x = 1; x < size; ++x) sums[x] += std::fabs(row[x] - row[x - 1]);
  }
  return std::accumulate(sums.begin(), sums.end(), 0.f);
}

GIEMSA_VECTOR_CLONES float sum_of(const Plane64& plane) {
  std::array<float, 64> sums{};
  for (int y = 0; y < 64; ++y) {
    for (int x = 0; x < 64; ++x) sums[x] += plane[y][x];
  }
  return std::accumulate(sums.begin(), sums.end(), 0.f);
}

/// Means of 2×2 pixels, in place.
GIEMSA_VECTOR_CLONES void halve(Plane64& plane, int size) {
  for (int y = 0; y < size / 2; ++y) {
    for (int x = 0; x < size / 2; ++x) {
      plane[y][x] = ((plane[2 * y][2 * x] + plane[2 * y][2 * x + 1]) +
                     (plane[2 * y + 1][2 * x] + plane[2 * y + 1][2 * x + 1])) /
                    4;
    }
  }
}

void write_texture(const Stain& stain, Writer& write) {
  Plane64 plane = stain.mean;
  for (int size = 64; size > 4; size /= 2) {
    write(sum_of_steps(plane, size) / static_cast<float>(size * (size - 1)));
    halve(plane, size);
  }
  write(sum_of(stain.grain) / (62.f * 62.f));
  Quarter grain;
  fold(stain.grain, grain);
  float centre = 0;
  discs().colour_quarter.for_each([&](int y, int x) { centre += grain[y][x]; });
  write(centre / discs().colour_count);
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
  return numbers;
}

std::span<const std::string_view, kAppearanceSize> appearance_names() { return kNames; }

}  // namespace giemsa
