#include "giemsa/duplicates/candidate_features.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <numbers>

#include "giemsa/core/vector_clones.h"

namespace giemsa {
namespace {

constexpr int kSide = 16;        // pixels that a window's brightness is sampled at
constexpr int kFrequencies = 6;  // of the cosine transform of brightness, along each side
constexpr int kColourSide = kFingerprintColourPx;
constexpr int kColourFrequencies = 4;

/// The ranks of the quantiles among 16 × 16 and 8 × 8 sorted values.
constexpr std::array kRanks{2, 7, 15, 25, 37, 55, 75, 100, 125, 150, 175, 200, 225, 245};
constexpr std::array kColourRanks{2, 4, 7, 11, 16, 24, 32, 44, 54};

constexpr std::size_t square(int n) { return static_cast<std::size_t>(n) * n; }
static_assert(kCandidateFeatures == square(kFrequencies) + 2 * square(kColourFrequencies) + kRanks.size() +
                                        2 * kColourRanks.size() + 1);

/// Where one sample comes from: the weighted mean of four neighbours.
struct Taps {
  int first = 0;
  std::array<float, 4> weights{};
};

/// Each sample the mean of the area that it covers; at most four pixels wide.
template <int N, int M>
std::array<Taps, M> area_taps(float cut_before, float cut_after) {
  std::array<Taps, M> taps;
  const float start = cut_before * N, step = (1 - cut_before - cut_after) * N / M;
  static_assert(N <= 2 * M);
  for (int i = 0; i < M; ++i) {
    const float from = start + step * i, to = from + step;
    taps[i].first = std::clamp(static_cast<int>(from), 0, N - 4);
    for (int k = 0; k < 4; ++k) {
      const float pixel = taps[i].first + k;
      taps[i].weights[k] = std::max(0.f, std::min(to, pixel + 1) - std::max(from, pixel)) / step;
    }
  }
  return taps;
}

/// Between the pixels by Catmull and Rom's cubic, which keeps a picture sharp; the border is continued.
template <int N>
std::array<Taps, N> cubic_taps(float cut_before, float cut_after) {
  std::array<Taps, N> taps;
  for (int i = 0; i < N; ++i) {
    const float place = (cut_before + (1 - cut_before - cut_after) * (i + 0.5f) / N) * N - 0.5f;
    const int pixel = static_cast<int>(std::floor(place));
    const float f = place - pixel;
    const std::array<float, 4> weights{f * (-0.5f + f * (1 - 0.5f * f)), 1 + f * f * (1.5f * f - 2.5f),
                                       f * (0.5f + f * (2 - 1.5f * f)), f * f * (0.5f * f - 0.5f)};
    taps[i].first = std::clamp(pixel - 1, 0, N - 4);
    for (int k = 0; k < 4; ++k)
      taps[i].weights[std::clamp(pixel - 1 + k, 0, N - 1) - taps[i].first] += weights[k];
  }
  return taps;
}

/// in: [N, N] → out: [M, M]
template <int N, int M>
[[gnu::always_inline]] inline void resample(const std::uint8_t* in, const std::array<Taps, M>& rows,
                                            const std::array<Taps, M>& columns, float* out) {
  for (int y = 0; y < M; ++y) {
    std::array<float, N> row{};
    for (int k = 0; k < 4; ++k) {
      const float weight = rows[y].weights[k];
      const std::uint8_t* source = in + (rows[y].first + k) * N;
      for (int x = 0; x < N; ++x) row[x] += weight * source[x];
    }
    for (int x = 0; x < M; ++x) {
      const auto& [first, w] = columns[x];
      out[y * M + x] =
          w[0] * row[first] + w[1] * row[first + 1] + w[2] * row[first + 2] + w[3] * row[first + 3];
    }
  }
}

/// Frequencies side by side, those beyond K being 0, as many as vector units take at once.
template <int K>
inline constexpr int kPadded = K <= 4 ? 4 : 8;

/// [N][K]: cosines of 0, 1, … K - 1 half waves over the side, each of mean square 1, over N.
template <int N, int K>
const std::array<std::array<float, kPadded<K>>, N>& cosines() {
  static const auto kTable = [] {
    std::array<std::array<float, kPadded<K>>, N> table{};
    for (int u = 0; u < K; ++u)
      for (int i = 0; i < N; ++i)
        table[i][u] = static_cast<float>(std::cos(std::numbers::pi * u * (i + 0.5) / N) *
                                         (u > 0 ? std::numbers::sqrt2 : 1.0) / N);
    return table;
  }();
  return kTable;
}

/// Appends what the eight symmetries leave of the transform's coefficients a[v][u]. A flip changes the sign
/// of odd frequencies along its axis, a transposition exchanges u and v.
template <int N, int K>
[[gnu::always_inline]] inline float* add_frequencies(const float* in, float* out) {
  const auto& wave = cosines<N, K>();
  std::array<std::array<float, N>, K> half{};  // transformed along y
  for (int v = 0; v < K; ++v)
    for (int y = 0; y < N; ++y)
      for (int x = 0; x < N; ++x) half[v][x] += wave[y][v] * in[y * N + x];
  std::array<std::array<float, kPadded<K>>, K> a;
  for (int v = 0; v < K; ++v) {
    std::array<float, kPadded<K>> sums{};
    for (int x = 0; x < N; ++x)
      for (int u = 0; u < kPadded<K>; ++u) sums[u] += half[v][x] * wave[x][u];
    a[v] = sums;
  }
  for (int u = 0; u < K; ++u) {
    *out++ = u % 2 == 0 ? a[u][u] : std::abs(a[u][u]);
    for (int v = u + 1; v < K; ++v) {
      const bool keeps_sign = u % 2 == 0 && v % 2 == 0;
      const float one = keeps_sign ? a[v][u] : std::abs(a[v][u]);
      const float other = keeps_sign ? a[u][v] : std::abs(a[u][v]);
      *out++ = one + other;
      *out++ = std::abs(one - other);
    }
  }
  return out;
}

/// Appends the values of the given ranks, to half a level.
template <std::size_t S, std::size_t R>
[[gnu::always_inline]] inline float* add_quantiles(const std::array<float, S>& values,
                                                   const std::array<int, R>& ranks, float* out) {
  std::array<std::int16_t, S> bins;
  std::int16_t bin = 511;
  for (std::size_t i = 0; i < S; ++i) {
    bins[i] = static_cast<std::int16_t>(std::clamp(2 * values[i] + 0.5f, 0.f, 511.f));
    bin = std::min(bin, bins[i]);
  }
  std::array<std::uint16_t, 512> histogram{};
  for (const auto one : bins) ++histogram[one];
  int below = 0;
  for (const int rank : ranks) {
    while (below + histogram[bin] <= rank) below += histogram[bin++];
    *out++ = 0.5f * bin;
  }
  return out;
}

[[gnu::always_inline]] inline float edge_strength(const std::array<float, square(kSide)>& luma) {
  float sum = 0;
  for (int y = 0; y < kSide; ++y)
    for (int x = 0; x + 1 < kSide; ++x) {
      sum += std::abs(luma[y * kSide + x + 1] - luma[y * kSide + x]);
      sum += std::abs(luma[(x + 1) * kSide + y] - luma[x * kSide + y]);
    }
  return std::log(1 + sum / (kSide * (kSide - 1)));
}

}  // namespace

/// Its parts are made part of it, so that they too are compiled for each kind of vector unit.
GIEMSA_VECTOR_CLONES CandidateFeatures candidate_features(const Fingerprint& picture, const Window& window) {
  CandidateFeatures features;
  float* out = features.data();
  std::array<float, square(kSide)> luma;
  const bool alike = window.top == window.left && window.bottom == window.right;
  const auto columns = area_taps<kFingerprintPx, kSide>(window.left, window.right);
  const auto rows = alike ? columns : area_taps<kFingerprintPx, kSide>(window.top, window.bottom);
  resample<kFingerprintPx, kSide>(picture.luma.data(), rows, columns, luma.data());
  std::array<std::array<float, square(kColourSide)>, 2> colour;
  const auto colour_columns = cubic_taps<kColourSide>(window.left, window.right);
  const auto colour_rows = alike ? colour_columns : cubic_taps<kColourSide>(window.top, window.bottom);
  for (std::size_t c = 0; c < 2; ++c)
    resample<kColourSide, kColourSide>(picture.colour[c].data(), colour_rows, colour_columns,
                                       colour[c].data());

  out = add_frequencies<kSide, kFrequencies>(luma.data(), out);
  for (const auto& plane : colour) out = add_frequencies<kColourSide, kColourFrequencies>(plane.data(), out);
  out = add_quantiles(luma, kRanks, out);
  for (const auto& plane : colour) out = add_quantiles(plane, kColourRanks, out);
  *out = edge_strength(luma);
  return features;
}

}  // namespace giemsa
