#include "giemsa/descriptors/stain.h"

#include <algorithm>
#include <cmath>
#include <cstring>

#include "giemsa/core/error.h"
#include "giemsa/core/vector_clones.h"

namespace giemsa {
namespace {

constexpr int kPixels = 64 * 64;
constexpr float kLeastDensity = -0.3f, kMostDensity = 3.f;
constexpr float kLeastNucleusThreshold = 0.35f;

using Histogram = std::array<int, 256>;
using Densities = std::array<float, 256>;  // of every level of light
using Bytes = std::array<std::array<std::uint8_t, kPixels>, 3>;

/// ln(level + 1).
const Densities& log_of_light() {
  static const Densities table = [] {
    Densities t{};
    for (int v = 0; v < 256; ++v) t[v] = std::log(static_cast<float>(v) + 1);
    return t;
  }();
  return table;
}

GIEMSA_VECTOR_CLONES void split_channels(const std::uint8_t* rgb, Bytes& out) {
  for (int i = 0; i < kPixels; ++i) {
    out[0][i] = rgb[3 * i];
    out[1][i] = rgb[3 * i + 1];
    out[2][i] = rgb[3 * i + 2];
  }
}

/// In four turns, since adding to the same count again at once is slow.
Histogram histogram(const std::array<std::uint8_t, kPixels>& plane) {
  std::array<Histogram, 4> parts{};
  for (int i = 0; i < kPixels; i += 8) {
    std::uint64_t eight;
    std::memcpy(&eight, &plane[i], 8);
    for (int k = 0; k < 8; ++k, eight >>= 8) ++parts[k % 4][eight & 255];
  }
  for (int v = 0; v < 256; ++v) parts[0][v] += parts[1][v] + parts[2][v] + parts[3][v];
  return parts[0];
}

/// The level that at least `count` pixels reach.
int level_reached_by(const Histogram& counts, int count) {
  int level = 255;
  for (int seen = counts[255]; seen < count; seen += counts[level]) --level;
  return level;
}

GIEMSA_VECTOR_CLONES void add_ground(const Bytes& light, int level, std::array<int, 4>& sums) {
  int r = 0, g = 0, b = 0, n = 0;
  for (int i = 0; i < kPixels; ++i) {
    const int in = light[1][i] >= level ? -1 : 0;
    r += light[0][i] & in;
    g += light[1][i] & in;
    b += light[2][i] & in;
    n -= in;
  }
  sums = {r, g, b, n};
}

GIEMSA_VECTOR_CLONES void make_densities(const Densities& log_light, float log_ground, Densities& table) {
  for (int v = 0; v < 256; ++v) {
    const float density = log_ground - log_light[v];
    const float held = density < kLeastDensity ? kLeastDensity : density;
    table[v] = held > kMostDensity ? kMostDensity : held;
  }
}

/// Eight pixels at a time, since reading single bytes takes as long as reading eight.
void look_up(const std::array<std::uint8_t, kPixels>& light, const Densities& density, Plane64& out) {
  float* to = out.front().data();
  for (int i = 0; i < kPixels; i += 8) {
    std::uint64_t eight;
    std::memcpy(&eight, &light[i], 8);
    for (int k = 0; k < 8; ++k, eight >>= 8) to[i + k] = density[eight & 255];
  }
}

/// Otsu's threshold over `density`, which falls with the level: between which two levels the classes differ
/// most. Returns the lightest level that is still dark; 0 where all pixels are alike.
int otsu_level(const Histogram& counts, const Densities& density) {
  double total = 0;
  for (int v = 0; v < 256; ++v) total += counts[v] * static_cast<double>(density[v]);
  double dark_sum = 0, dark_count = 0, best = 0;
  int best_level = 0;
  for (int v = 0; v < 255; ++v) {
    dark_count += counts[v];
    dark_sum += counts[v] * static_cast<double>(density[v]);
    if (counts[v] == 0 || dark_count == kPixels) continue;
    const double difference = dark_sum * kPixels - total * dark_count;
    const double between = difference * difference / (dark_count * (kPixels - dark_count));
    if (between > best) {
      best = between;
      best_level = v;
    }
  }
  return best_level;
}

GIEMSA_VECTOR_CLONES void mean_of_channels(const Plane64& a, const Plane64& b, const Plane64& c,
                                           Plane64& mean) {
  for (int y = 0; y < 64; ++y) {
    for (int x = 0; x < 64; ++x) mean[y][x] = (a[y][x] + b[y][x] + c[y][x]) * (1 / 3.f);
  }
}

GIEMSA_VECTOR_CLONES void absolute_laplacian(const Plane64& in, Plane64& out) {
  out.front().fill(0);
  out.back().fill(0);
  for (int y = 1; y < 63; ++y) {
    out[y].front() = out[y].back() = 0;
    for (int x = 1; x < 63; ++x) {
      const float vertical = in[y - 1][x] + in[y + 1][x], horizontal = in[y][x - 1] + in[y][x + 1];
      out[y][x] = std::fabs(4 * in[y][x] - (vertical + horizontal));
    }
  }
}

/// The lowest level whose density is below `threshold` > 0. Densities fall with the level, and that of 255 is
/// 0 or less.
std::uint8_t first_light_level(const Densities& density, float threshold) {
  int level = 0;
  while (level < 255 && density[level] >= threshold) ++level;
  return static_cast<std::uint8_t>(level);
}

/// The pixels darker than `level`.
GIEMSA_VECTOR_CLONES void find_dark(const std::uint8_t* light, std::uint8_t level, Mask64& mask) {
  for (int y = 0; y < 64; ++y) {
    std::array<std::uint8_t, 64> dark;
    for (int x = 0; x < 64; ++x) dark[x] = light[64 * y + x] < level ? 1 : 0;
    std::uint64_t bits = 0;
    for (int byte = 0; byte < 8; ++byte) {
      std::uint64_t eight;
      std::memcpy(&eight, &dark[8 * byte], 8);
      bits |= (eight * 0x0102'0408'1020'4080u >> 56) << (8 * byte);  // gathers the lowest bits of all bytes
    }
    mask.rows[y] = bits;
  }
}

}  // namespace

void measure_stain(const Image& thumbnail, Stain& stain) {
  require(thumbnail.width() == 64 && thumbnail.height() == 64, ErrorKind::Internal,
          "[inspect] the stain is measured on thumbnails of 64 px");
  Bytes light;
  split_channels(thumbnail.pixels(), light);
  std::array<int, 4> sums;
  add_ground(light, level_reached_by(histogram(light[1]), kPixels / 4), sums);
  std::array<Densities, 3> density;
  for (int c = 0; c < 3; ++c) {
    stain.ground[c] = static_cast<float>(sums[c]) / static_cast<float>(sums[3]);
    make_densities(log_of_light(), std::log(stain.ground[c] + 1), density[c]);
  }

  const int otsu = otsu_level(histogram(light[0]), density[0]);
  stain.nucleus_threshold = std::max(density[0][otsu], kLeastNucleusThreshold);
  find_dark(light[0].data(), first_light_level(density[0], stain.nucleus_threshold), stain.dark);
  look_up(light[0], density[0], stain.red);
  look_up(light[1], density[1], stain.green);
  look_up(light[2], density[2], stain.blue);
  mean_of_channels(stain.red, stain.green, stain.blue, stain.mean);
  absolute_laplacian(stain.mean, stain.grain);
}

}  // namespace giemsa
