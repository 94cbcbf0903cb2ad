#include "giemsa/augment/stain.h"

#include <algorithm>
#include <cmath>
#include <cstdint>

#include "giemsa/core/vector_clones.h"

// Colour deconvolution: A. C. Ruifrok and D. A. Johnston, Quantification of histochemical staining by color
// deconvolution, 2001. Jitter in its space: D. Tellez et al., arXiv 1808.05896. Our deviations: the third
// axis is at right angles to the two stains, since blood smears know no DAB; a picture is not centred first.

namespace giemsa {
namespace {

using Vector = std::array<double, 3>;

Vector unit(const Vector& v) {
  const double length = std::hypot(v[0], v[1], v[2]);
  return {v[0] / length, v[1] / length, v[2] / length};
}

Vector cross(const Vector& a, const Vector& b) {
  return {a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]};
}

double dot(const Vector& a, const Vector& b) { return a[0] * b[0] + a[1] * b[1] + a[2] * b[2]; }

constexpr double kPaleCytoplasm = 0.15;  // decadic optical density

constexpr Vector kHaematoxylin{0.65, 0.70, 0.29}, kEosin{0.07, 0.99, 0.11};  // densities of R, G, B

/// The picture with level(channel, old level), 0…255, in place of each level, to whole ones.
template <class F>
Image looked_up(ImageView image, const F& level) {
  std::array<std::array<std::uint8_t, 256>, 3> tables;
  for (int c = 0; c < 3; ++c) {
    for (int v = 0; v < 256; ++v) tables[c][v] = static_cast<std::uint8_t>(std::lround(level(c, v)));
  }
  Image result(image.width, image.height);
  for (int y = 0; y < image.height; ++y) {
    const std::uint8_t* from = image.row(y);
    std::uint8_t* to = result.row(y);
    for (int x = 0; x < image.width; ++x, from += 3, to += 3) {
      to[0] = tables[0][from[0]];
      to[1] = tables[1][from[1]];
      to[2] = tables[2][from[2]];
    }
  }
  return result;
}

/// How many pixels have each level of a channel. Neighbours, which are often alike, are counted in different
/// tables, so that none waits for the other.
std::array<int, 256> histogram(ImageView image, int channel) {
  std::array<std::array<int, 256>, 4> counts{};
  for (int y = 0; y < image.height; ++y) {
    const std::uint8_t* const at = image.row(y) + channel;
    int x = 0;
    for (; x + 4 <= image.width; x += 4)
      for (int k = 0; k < 4; ++k) ++counts[static_cast<std::size_t>(k)][at[3 * (x + k)]];
    for (; x < image.width; ++x) ++counts[0][at[3 * x]];
  }
  for (std::size_t v = 0; v < 256; ++v) counts[0][v] += counts[1][v] + counts[2][v] + counts[3][v];
  return counts[0];
}

/// Of the pixels of a row whose green is at least `level`: the sums of R, G, B, and how many they are.
GIEMSA_VECTOR_CLONES std::array<std::uint32_t, 4> sums_above(const std::uint8_t* row, int width, int level) {
  std::uint32_t red = 0, green = 0, blue = 0, count = 0;
  for (int x = 0; x < width; ++x) {
    const std::uint32_t in = row[3 * x + 1] >= level;
    red += in * row[3 * x];
    green += in * row[3 * x + 1];
    blue += in * row[3 * x + 2];
    count += in;
  }
  return {red, green, blue, count};
}

}  // namespace

std::array<double, 12> StainChange::matrix() const {
  const Vector first = unit(kHaematoxylin), second = unit(kEosin), third = unit(cross(first, second));
  const std::array<Vector, 3> axes{first, second, third};
  // The amounts of the stains are the densities times the inverse of the axes: the cross products of the
  // others.
  const double volume = dot(first, cross(second, third));
  const std::array<Vector, 3> inverse{cross(second, third), cross(third, first), cross(first, second)};
  std::array<double, 12> m{};
  for (int i = 0; i < 3; ++i) {
    for (int k = 0; k < 3; ++k) {
      for (int j = 0; j < 3; ++j) m[4 * i + j] += axes[k][i] * scale[k] * inverse[k][j] / volume;
      m[4 * i + 3] += axes[k][i] * shift[k];
    }
  }
  return m;
}

StainChange draw_stain(double strength, Random& random) {
  StainChange change;
  for (int k = 0; k < 3; ++k) {
    change.scale[k] = 1 + random.uniform(-1.0, 1.0) * strength;
    change.shift[k] = random.uniform(-1.0, 1.0) * strength;
  }
  return change;
}

double DensityChange::changed(int channel, double level) const {
  const double density = -std::log10((level + 1) / 256);
  if (density <= 0) return level;
  const double curved = kPaleCytoplasm * std::pow(density / kPaleCytoplasm, exponent[channel]);
  return std::max(0.0, 256 * std::pow(10, -factor[channel] * curved) - 1);
}

std::array<double, 3> draw_powers(double number, Random& random) {
  std::array<double, 3> powers;
  for (double& power : powers) power = std::pow(number, random.uniform(0.0, 2.0));
  return powers;
}

std::array<double, 3> clear_ground(ImageView image) {
  const std::array<int, 256> greens = histogram(image, 1);
  const int quarter = (image.width * image.height + 3) / 4;
  int level = 255;
  for (int seen = greens[255]; seen < quarter; seen += greens[level]) --level;
  std::array<std::uint64_t, 4> sums{};
  for (int y = 0; y < image.height; ++y) {
    const auto of_row = sums_above(image.row(y), image.width, level);
    for (std::size_t i = 0; i < sums.size(); ++i) sums[i] += of_row[i];
  }
  const auto count = static_cast<double>(sums[3]);
  return {static_cast<double>(sums[0]) / count, static_cast<double>(sums[1]) / count,
          static_cast<double>(sums[2]) / count};
}

std::array<double, 3> gains_to_reference(ImageView image, double share) {
  const auto ground = clear_ground(image);
  std::array<double, 3> gains;
  for (int c = 0; c < 3; ++c) gains[c] = std::pow(kReferenceGround[c] / std::max(ground[c], 1.0), share);
  return gains;
}

Image standardised(ImageView image) {
  const auto gains = gains_to_reference(image, 1);
  return looked_up(image, [&](int c, int level) { return std::min(level * gains[c], 255.0); });
}

double nuclear_depth(ImageView image) {
  const std::array<int, 256> reds = histogram(image, 0);
  const int fiftieth = image.width * image.height / 50;
  int level = 0;
  for (int seen = reds[0]; seen <= fiftieth; seen += reds[level]) ++level;
  return -std::log10((level + 1) / 256.0);
}

Image deepened(ImageView image) {
  constexpr double kLeastDepth = 0.18, kMostExponent = 2.2;
  const double depth = nuclear_depth(image), lifted = std::max(depth, kLeastDepth);
  const double exponent = std::clamp(
      std::log(kReferenceDepth / kPaleCytoplasm) / std::log(lifted / kPaleCytoplasm), 1.0, kMostExponent);
  const double factor = std::pow(lifted / std::max(depth, 0.01), exponent);  // of what the exponent leaves
  const DensityChange change{.factor = {factor, factor, 1}, .exponent = {exponent, exponent, 1}};
  return looked_up(image, [&](int c, int level) { return change.changed(c, level); });
}

}  // namespace giemsa
