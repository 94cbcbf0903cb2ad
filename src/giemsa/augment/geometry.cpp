#include "giemsa/augment/geometry.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <numbers>
#include <opencv2/imgproc.hpp>
#include <vector>

#include "giemsa/core/vector_clones.h"
#include "giemsa/image/opencv_threads.h"
#include "giemsa/image/symmetry.h"

namespace giemsa {
namespace {

using Matrix = std::array<double, 4>;  // [2 × 2]

Matrix operator*(const Matrix& p, const Matrix& q) {
  return {p[0] * q[0] + p[1] * q[2], p[0] * q[1] + p[1] * q[3],  //
          p[2] * q[0] + p[3] * q[2], p[2] * q[1] + p[3] * q[3]};
}

/// Takes the output of a counter-clockwise rotation back to its input; y runs down.
Matrix unrotate(double cosine, double sine) { return {cosine, -sine, sine, cosine}; }

constexpr int kMostWindow = 8;  // a larger window is shrunk first
constexpr int kWeights = 256;   // of a sample: its four weights sum to this, so that 16 bits hold the sum

/// Columns of sums over `window` rows: sums[i] += into[i] - out[i].
GIEMSA_VECTOR_CLONES void slide(const std::uint8_t* into, const std::uint8_t* out, int count,
                                std::uint16_t* sums) {
  for (int i = 0; i < count; ++i) sums[i] = static_cast<std::uint16_t>(sums[i] + into[i] - out[i]);
}
GIEMSA_VECTOR_CLONES void add(const std::uint8_t* into, int count, std::uint16_t* sums) {
  for (int i = 0; i < count; ++i) sums[i] = static_cast<std::uint16_t>(sums[i] + into[i]);
}
GIEMSA_VECTOR_CLONES void widen(const std::uint8_t* in, int count, std::uint16_t* out) {
  for (int i = 0; i < count; ++i) out[i] = in[i];
}

/// means[i] = the mean of window × window levels, rounded: of `window` sums, three apart. In passes that
/// vector units like.
GIEMSA_VECTOR_CLONES void mean_of_sums(const std::uint16_t* sums, int window, int count,
                                       std::uint16_t* __restrict means) {
  const int area = window * window;
  const auto half = static_cast<std::uint16_t>(area / 2);
  const auto reciprocal = static_cast<std::uint32_t>((65536 + area - 1) / area);
  for (int i = 0; i < count; ++i) means[i] = static_cast<std::uint16_t>(sums[i] + half);
  for (int k = 1; k < window; ++k) {
    for (int i = 0; i < count; ++i) means[i] = static_cast<std::uint16_t>(means[i] + sums[i + 3 * k]);
  }
  for (int i = 0; i < count; ++i) means[i] = static_cast<std::uint16_t>(means[i] * reciprocal >> 16);
}

/// The same for a window of 2, the usual one.
GIEMSA_VECTOR_CLONES void mean_of_four(const std::uint8_t* upper, const std::uint8_t* lower, int count,
                                       std::uint16_t* __restrict means) {
  for (int i = 0; i < count; ++i)
    means[i] = static_cast<std::uint16_t>((upper[i] + upper[i + 3] + lower[i] + lower[i + 3] + 2) >> 2);
}

/// The running mean of a picture over window × window pixels: 16 bits per level, `side` pixels a row, then
/// one more column and row of whatever, so that a sample may read its right and lower neighbours with weight
/// 0.
struct Smoothed {
  std::vector<std::uint16_t> levels;
  int side = 0, stride = 0;  ///< stride in levels
};

void smooth(ImageView square, int window, Smoothed& out) {
  const int count = 3 * square.width;
  out.side = square.width - window + 1;
  out.stride = 3 * (out.side + 1);
  out.levels.resize(static_cast<std::size_t>(out.stride) * (out.side + 1) + 4);
  const auto row_of = [&](int y) { return out.levels.data() + static_cast<std::size_t>(y) * out.stride; };
  if (window == 1) {
    for (int y = 0; y < out.side; ++y) widen(square.row(y), count, row_of(y));
    return;
  }
  if (window == 2) {
    for (int y = 0; y < out.side; ++y)
      mean_of_four(square.row(y), square.row(y + 1), 3 * out.side, row_of(y));
    return;
  }
  std::vector<std::uint16_t> sums(count);
  for (int y = 0; y < window; ++y) add(square.row(y), count, sums.data());
  for (int y = 0; y < out.side; ++y) {
    if (y > 0) slide(square.row(y + window - 1), square.row(y - 1), count, sums.data());
    mean_of_sums(sums.data(), window, 3 * out.side, row_of(y));
  }
}

/// Where the samples of an output row lie, as positions in pixels of the smoothed picture.
struct RowPositions {
  float x, y, step_x, step_y;
};

/// Position → that mirrored at 0 and `last` as often as needed, in 1/256 px.
inline int mirrored(float position, float last, float inverse_period) {
  float p = std::fabs(position);
  p -= static_cast<float>(static_cast<int>(p * inverse_period)) * 2 * last;
  p = last - std::fabs(last - p);
  p = p < 0 ? 0 : p;  // rounding
  return static_cast<int>(p * 256 + 0.5f);
}

/// offsets[i]: of the upper left pixel of sample i; weights[i]: of x and y, 8 bits each.
GIEMSA_VECTOR_CLONES void locate(const RowPositions& row, int count, int last, int stride, int* offsets,
                                 int* weights) {
  const float end = static_cast<float>(last), inverse_period = last > 0 ? 0.5f / end : 0;
  for (int i = 0; i < count; ++i) {
    const float at = static_cast<float>(i);
    const int x = mirrored(row.x + at * row.step_x, end, inverse_period);
    const int y = mirrored(row.y + at * row.step_y, end, inverse_period);
    offsets[i] = (y >> 8) * stride + (x >> 8) * 3;
    weights[i] = (x & 255) | (y & 255) << 8;
  }
}

std::uint64_t three_levels(const std::uint16_t* at) {
  std::uint64_t levels;  // and a fourth above them, which nobody looks at
  std::memcpy(&levels, at, sizeof levels);
  return levels;
}

/// The three channels at once, in 16 bits each of a word: 255 · 256 fits.
void sample(const Smoothed& from, const int* offsets, const int* weights, int count, std::uint8_t* out) {
  const std::uint16_t* levels = from.levels.data();
  for (int i = 0; i < count; ++i, out += 3) {
    const std::uint16_t* upper = levels + offsets[i];
    const std::uint16_t* lower = upper + from.stride;
    const auto x = static_cast<std::uint32_t>(weights[i]) & 255,
               y = static_cast<std::uint32_t>(weights[i]) >> 8;
    const std::uint64_t both = (x * y + kWeights / 2) / kWeights;
    const std::uint64_t sum = three_levels(upper) * (kWeights - x - y + both) +
                              three_levels(upper + 3) * (x - both) + three_levels(lower) * (y - both) +
                              three_levels(lower + 3) * both + 0x0080'0080'0080u;
    out[0] = static_cast<std::uint8_t>(sum >> 8);
    out[1] = static_cast<std::uint8_t>(sum >> 24);
    out[2] = static_cast<std::uint8_t>(sum >> 40);
  }
}

}  // namespace

Affine Geometry::to_input() const {
  const double angle = angle_deg * std::numbers::pi / 180;
  constexpr std::array<std::array<int, 2>, 4> kQuarters{{{1, 0}, {0, 1}, {-1, 0}, {0, -1}}};  // cosine, sine
  const auto [cosine, sine] = kQuarters[static_cast<unsigned>(quarter_turns) % 4];
  const Matrix flip{flip_horizontal ? -1. : 1., 0, 0, flip_vertical ? -1. : 1.};
  // Undo the last change first.
  const Matrix m = flip * unrotate(cosine, sine) * unrotate(std::cos(angle), std::sin(angle)) *
                   Matrix{1, shear_x, 0, 1} * Matrix{1, 0, shear_y, 1} * Matrix{1 / zoom, 0, 0, 1 / zoom};
  return {m[0], m[1], -(m[0] * shift_x + m[1] * shift_y), m[2], m[3], -(m[2] * shift_x + m[3] * shift_y)};
}

Image warp(ImageView square, const Affine& m, int side_px) {
  // The pixels of the input that one of the output covers, along a side.
  const auto covered = [&](int side) {
    return std::sqrt(std::abs(m[0] * m[4] - m[1] * m[3])) * side / side_px;
  };
  Image shrunk;
  if (covered(square.width) > kMostWindow) {
    keep_opencv_single_threaded();
    const int side = std::max(1, static_cast<int>(square.width * kMostWindow / covered(square.width)));
    shrunk = Image(side, side);
    const cv::Mat in(square.height, square.width, CV_8UC3, const_cast<std::uint8_t*>(square.pixels),
                     square.stride);
    cv::Mat out(side, side, CV_8UC3, shrunk.pixels());
    cv::resize(in, out, out.size(), 0, 0, cv::INTER_AREA);
    square = shrunk;
  }
  const int side = square.width;
  const int window = std::clamp(static_cast<int>(std::lround(covered(side))), 1, std::min(side, kMostWindow));
  thread_local Smoothed
      smoothed;  // larger than what malloc keeps: asking anew for each picture costs page faults
  smooth(square, window, smoothed);

  // From pixel centres of the output to pixels of the smoothed picture, whose first is the mean about
  // (window - 1) / 2.
  const double step = static_cast<double>(side) / side_px, first = 0.5 / side_px - 0.5;
  const auto origin = [&](double x, double y, double shift) {
    return ((x + y) * first + shift + 0.5) * side - 0.5 * window;
  };
  const double x = origin(m[0], m[1], m[2]), y = origin(m[3], m[4], m[5]);
  Image output(side_px, side_px);
  std::vector<int> offsets(side_px), weights(side_px);
  for (int row = 0; row < side_px; ++row) {
    locate({static_cast<float>(x + row * m[1] * step), static_cast<float>(y + row * m[4] * step),
            static_cast<float>(m[0] * step), static_cast<float>(m[3] * step)},
           side_px, smoothed.side - 1, smoothed.stride, offsets.data(), weights.data());
    sample(smoothed, offsets.data(), weights.data(), side_px, output.row(row));
  }
  return output;
}

Image flip_and_turn(Image square, const Geometry& geometry) {
  const int turns = static_cast<int>(static_cast<unsigned>(geometry.quarter_turns) % 4);
  if (!geometry.flip_horizontal && !geometry.flip_vertical && turns == 0) return square;
  const Affine m = Geometry{.flip_horizontal = geometry.flip_horizontal,
                            .flip_vertical = geometry.flip_vertical,
                            .quarter_turns = turns}
                       .to_input();
  const bool transpose = std::abs(m[0]) < 0.5;
  return turned(square, {.flip_x = (transpose ? m[3] : m[0]) < 0,
                         .flip_y = (transpose ? m[1] : m[4]) < 0,
                         .transpose = transpose});
}

}  // namespace giemsa
