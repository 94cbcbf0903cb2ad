#include "giemsa/augment/colour.h"

#include <algorithm>
#include <cmath>
#include <numbers>

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

std::array<double, 3> mean_rgb(ImageView image) {
  std::array<std::uint64_t, 3> sum{};
  for (int y = 0; y < image.height; ++y) {
    const std::uint8_t* row = image.row(y);
    std::uint32_t r = 0, g = 0, b = 0;
    for (int x = 0; x < image.width; ++x) {
      r += row[3 * x];
      g += row[3 * x + 1];
      b += row[3 * x + 2];
    }
    sum[0] += r;
    sum[1] += g;
    sum[2] += b;
  }
  const double n = static_cast<double>(image.width) * image.height;
  return {static_cast<double>(sum[0]) / n, static_cast<double>(sum[1]) / n, static_cast<double>(sum[2]) / n};
}

}  // namespace

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

ColourChange draw_colour(const AugmentOptions& options, Random& random) {
  ColourChange change;
  change.brightness = 1 + random.uniform(-1.0, 1.0) * options.brightness;
  change.contrast = 1 + random.uniform(-1.0, 1.0) * options.contrast;
  change.saturation = 1 + random.uniform(-1.0, 1.0) * options.saturation;
  change.hue_deg = random.uniform(-1.0, 1.0) * options.hue_deg;
  return change;
}

void recolour_and_normalise(ImageView image, const ColourChange& change, const Preprocess& preprocess,
                            float* out) {
  const auto matrix = change.matrix(mean_rgb(image));
  std::array<float, 12> m;
  std::copy(matrix.begin(), matrix.end(), m.begin());
  const auto [scale, shift, source] = Normalisation(preprocess);
  for (int y = 0; y < image.height; ++y) {
    const std::uint8_t* row = image.row(y);
    for (int x = 0; x < image.width; ++x, row += 3, out += 3) {
      const float r = row[0], g = row[1], b = row[2];
      for (int c = 0; c < 3; ++c) {
        const float* row_of = &m[4 * source[c]];
        const float value = row_of[0] * r + row_of[1] * g + row_of[2] * b + row_of[3];
        out[c] = std::clamp(value, 0.f, 255.f) * scale[c] + shift[c];
      }
    }
  }
}

}  // namespace giemsa
