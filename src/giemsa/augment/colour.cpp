#include "giemsa/augment/colour.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <numbers>
#include <numeric>
#include <vector>

#include "giemsa/augment/noise.h"
#include "giemsa/core/vector_clones.h"

namespace giemsa {

namespace {

using Matrix = std::array<std::array<double, 4>, 3>;         // RGB → RGB, and a constant
constexpr std::array<double, 3> kGrey{0.299, 0.587, 0.114};  // Rec. 601

/// First `first`, then `then`.
Matrix compose(const Matrix& then, const Matrix& first) {
  Matrix out{};
  for (int i = 0; i < 3; ++i) {
    for (int j = 0; j < 4; ++j) {
      for (int k = 0; k < 3; ++k) out[i][j] += then[i][k] * first[k][j];
    }
    out[i][3] += then[i][3];
  }
  return out;
}

/// f · x + (1 - f) · constant.
Matrix stretch(double factor, double about) {
  Matrix m{};
  for (int i = 0; i < 3; ++i) {
    m[i][i] = factor;
    m[i][3] = (1 - factor) * about;
  }
  return m;
}

/// f · x + (1 - f) · grey(x).
Matrix saturate(double factor) {
  Matrix m{};
  for (int i = 0; i < 3; ++i) {
    for (int j = 0; j < 3; ++j) m[i][j] = (1 - factor) * kGrey[j] + (i == j ? factor : 0);
  }
  return m;
}

/// Rotation about the axis R = G = B (Rodrigues' formula).
Matrix turn_hue(double angle_deg) {
  const double angle = angle_deg * std::numbers::pi / 180;
  const double c = std::cos(angle), third = (1 - c) / 3, s = std::sin(angle) / std::sqrt(3.0);
  Matrix m{};
  m[0] = {c + third, third - s, third + s, 0};
  m[1] = {third + s, c + third, third - s, 0};
  m[2] = {third - s, third + s, c + third, 0};
  return m;
}

/// A picture as three planes of levels, 0…255.
struct Planes {
  std::vector<float> values;  ///< [3, pixels]
  std::size_t pixels = 0;

  void resize(std::size_t count) {
    pixels = count;
    values.resize(3 * count);
  }
  float* plane(int c) { return values.data() + static_cast<std::size_t>(c) * pixels; }
};

GIEMSA_VECTOR_CLONES void split_row(const std::uint8_t* row, std::size_t count, float* __restrict r,
                                    float* __restrict g, float* __restrict b) {
  for (std::size_t i = 0; i < count; ++i) {
    r[i] = row[3 * i];
    g[i] = row[3 * i + 1];
    b[i] = row[3 * i + 2];
  }
}

using Table = std::array<float, 256>;

void look_up_row(const std::uint8_t* row, std::size_t count, const std::array<Table, 3>& tables, float* r,
                 float* g, float* b) {
  for (std::size_t i = 0; i < count; ++i) {
    r[i] = tables[0][row[3 * i]];
    g[i] = tables[1][row[3 * i + 1]];
    b[i] = tables[2][row[3 * i + 2]];
  }
}

/// 2^x for |x| < 120, to 2e-7 of the value: a polynomial on [-0.5, 0.5], and the exponent's bits.
inline float exp2_of(float x) {
  const float shifted = x + 12582912.f;  // 1.5 · 2^23 rounds to a whole number
  const float f = x - (shifted - 12582912.f);
  float p = 1.5403530e-4f;
  p = p * f + 1.3333558e-3f;
  p = p * f + 9.6181291e-3f;
  p = p * f + 5.5504109e-2f;
  p = p * f + 2.4022651e-1f;
  p = p * f + 6.9314718e-1f;
  p = p * f + 1;
  const auto exponent = std::bit_cast<std::uint32_t>(shifted) << 23;  // drops the rounding constant
  return std::bit_cast<float>(std::bit_cast<std::uint32_t>(p) + exponent);
}

/// Binary logarithms of (level + 1) / 256 → levels, with the densities mixed between.
GIEMSA_VECTOR_CLONES void restain(const std::array<float, 12>& m, std::size_t count, float* __restrict r,
                                  float* __restrict g, float* __restrict b) {
  for (std::size_t i = 0; i < count; ++i) {
    const float x = r[i], y = g[i], z = b[i];
    r[i] = 256 * exp2_of(m[0] * x + m[1] * y + m[2] * z + m[3]) - 1;
    g[i] = 256 * exp2_of(m[4] * x + m[5] * y + m[6] * z + m[7]) - 1;
    b[i] = 256 * exp2_of(m[8] * x + m[9] * y + m[10] * z + m[11]) - 1;
  }
}

inline float cut(float value) {
  value = value < 0 ? 0 : value;
  return value > 255 ? 255 : value;
}

GIEMSA_VECTOR_CLONES void cut_all(std::size_t count, float* values) {
  for (std::size_t i = 0; i < count; ++i) values[i] = cut(values[i]);
}

/// √x for x ≥ 0, to 5e-6 of the value; std::sqrt may set errno, which keeps loops from vector units.
inline float root(float x) {
  float inverse = std::bit_cast<float>(0x5F375A86u - (std::bit_cast<std::uint32_t>(x) >> 1));
  inverse *= 1.5f - 0.5f * x * inverse * inverse;
  inverse *= 1.5f - 0.5f * x * inverse * inverse;
  return x * inverse;
}

/// Noise whose variance is constant + slope · level.
GIEMSA_VECTOR_CLONES void add_noise(std::uint32_t key, float constant, float slope, std::size_t count,
                                    float* values) {
  for (std::size_t i = 0; i < count; ++i) {
    const float level = cut(values[i]);
    values[i] = level + root(constant + slope * level) * counter_normal(key, static_cast<std::uint32_t>(i));
  }
}

GIEMSA_VECTOR_CLONES void mix_channels(const std::array<float, 12>& m, std::size_t count, float* __restrict r,
                                       float* __restrict g, float* __restrict b) {
  for (std::size_t i = 0; i < count; ++i) {
    const float x = r[i], y = g[i], z = b[i];
    r[i] = m[0] * x + m[1] * y + m[2] * z + m[3];
    g[i] = m[4] * x + m[5] * y + m[6] * z + m[7];
    b[i] = m[8] * x + m[9] * y + m[10] * z + m[11];
  }
}

/// Planes in the network's order → [pixels, 3].
GIEMSA_VECTOR_CLONES void normalise_planes(const float* a, const float* b, const float* c,
                                           const std::array<float, 3>& scale,
                                           const std::array<float, 3>& shift, std::size_t count,
                                           float* __restrict out) {
  for (std::size_t i = 0; i < count; ++i) {
    out[3 * i] = cut(a[i]) * scale[0] + shift[0];
    out[3 * i + 1] = cut(b[i]) * scale[1] + shift[1];
    out[3 * i + 2] = cut(c[i]) * scale[2] + shift[2];
  }
}

double mean_of(const float* values, std::size_t count) {
  constexpr std::size_t kLanes = 16;
  std::array<double, kLanes> sums{};
  std::size_t i = 0;
  for (; i + kLanes <= count; i += kLanes) {
    for (std::size_t k = 0; k < kLanes; ++k) sums[k] += values[i + k];
  }
  for (; i < count; ++i) sums[0] += values[i];
  return std::accumulate(sums.begin(), sums.end(), 0.0) / static_cast<double>(count);
}

std::array<float, 12> narrowed(const std::array<double, 12>& m) {
  std::array<float, 12> narrow;
  std::transform(m.begin(), m.end(), narrow.begin(), [](double value) { return static_cast<float>(value); });
  return narrow;
}

bool changes_levels(const ColourChange& change) {
  return change.standardise != 0 || change.gamma != 1 || !change.density.is_identity() ||
         !change.stain.is_identity();
}

/// Standardising and gamma are tables, and so is the logarithm that the stain needs.
void fill_changed(ImageView image, const ColourChange& change, Planes& planes) {
  std::array<double, 3> gain{1, 1, 1};
  if (change.standardise != 0) gain = gains_to_reference(image, change.standardise);
  const bool stains = !change.stain.is_identity();
  std::array<Table, 3> tables;
  for (int c = 0; c < 3; ++c) {
    if (c > 0 && gain[c] == gain[0] && change.density.is_identity()) {
      tables[c] = tables[0];
      continue;
    }
    for (int v = 0; v < 256; ++v) {
      const double light = std::min(v * gain[c] / 255, 1.0);
      double level = 255 * (change.gamma == 1 ? light : std::pow(light, change.gamma));
      if (!change.density.is_identity()) level = change.density.changed(c, level);
      tables[c][v] = static_cast<float>(stains ? std::log2((level + 1) / 256) : level);
    }
  }
  for (int y = 0; y < image.height; ++y) {
    const std::size_t at = static_cast<std::size_t>(y) * image.width;
    look_up_row(image.row(y), image.width, tables, planes.plane(0) + at, planes.plane(1) + at,
                planes.plane(2) + at);
  }
  if (!stains) return;
  // Densities are logarithms but for a factor: -log10 = -log2 · log10(2), which only the constants feel.
  auto m = change.stain.matrix();
  for (int i = 0; i < 3; ++i) m[4 * i + 3] /= -std::log10(2.0);
  restain(narrowed(m), planes.pixels, planes.plane(0), planes.plane(1), planes.plane(2));
  cut_all(planes.values.size(), planes.values.data());
}

}  // namespace

bool ColourChange::is_identity() const {
  return !changes_levels(*this) && brightness == 1 && contrast == 1 && saturation == 1 && hue_deg == 0 &&
         noise_sd == 0 && shot_noise_sd == 0;
}

std::array<double, 12> ColourChange::matrix(const std::array<double, 3>& mean) const {
  const double grey = brightness * (kGrey[0] * mean[0] + kGrey[1] * mean[1] + kGrey[2] * mean[2]);
  Matrix m = stretch(brightness, 0);
  m = compose(stretch(contrast, grey), m);
  m = compose(saturate(saturation), m);
  m = compose(turn_hue(hue_deg), m);
  std::array<double, 12> flat{};
  for (int i = 0; i < 3; ++i) std::copy(m[i].begin(), m[i].end(), flat.begin() + 4 * i);
  return flat;
}

void recolour_and_normalise(ImageView image, const ColourChange& change, const Preprocess& preprocess,
                            float* out) {
  thread_local Planes
      planes;  // larger than what malloc keeps: asking anew for each picture costs page faults
  planes.resize(static_cast<std::size_t>(image.width) * image.height);
  float *r = planes.plane(0), *g = planes.plane(1), *b = planes.plane(2);
  if (changes_levels(change)) {
    fill_changed(image, change, planes);
  } else {
    for (int y = 0; y < image.height; ++y) {
      const std::size_t at = static_cast<std::size_t>(y) * image.width;
      split_row(image.row(y), image.width, r + at, g + at, b + at);
    }
  }
  if (change.brightness != 1 || change.contrast != 1 || change.saturation != 1 || change.hue_deg != 0) {
    std::array<double, 3> mean{};
    if (change.contrast != 1) {
      for (int c = 0; c < 3; ++c) mean[c] = mean_of(planes.plane(c), planes.pixels);
    }
    mix_channels(narrowed(change.matrix(mean)), planes.pixels, r, g, b);
  }
  if (change.noise_sd != 0 || change.shot_noise_sd != 0) {
    const double constant = 255 * change.noise_sd, root = 255 * change.shot_noise_sd;
    add_noise(change.noise_key, static_cast<float>(constant * constant),
              static_cast<float>(root * root / 255), planes.values.size(), planes.values.data());
  }
  const auto [scale, shift, source] = Normalisation(preprocess);
  normalise_planes(planes.plane(source[0]), planes.plane(source[1]), planes.plane(source[2]), scale, shift,
                   planes.pixels, out);
}

}  // namespace giemsa
