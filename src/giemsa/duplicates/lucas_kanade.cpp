#include "giemsa/duplicates/lucas_kanade.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <optional>
#include <tuple>

#include <Eigen/Cholesky>

#include "giemsa/core/lanes.h"
#include "giemsa/core/vector_clones.h"

namespace giemsa {
namespace {

constexpr float kMinOverlap = 0.6f;  // share of the upper picture that must lie on the base
constexpr float kLastGains = 0.12f;  // of correlation, at most, by all steps but the first
constexpr float kMaxStretch = 1.5f;  // of a side, either way

bool sensible(const Placement& p) {
  return p.stretch_x < kMaxStretch && p.stretch_x > 1 / kMaxStretch && p.stretch_y < kMaxStretch &&
         p.stretch_y > 1 / kMaxStretch;
}

/// Sums over the overlap, enough for correlation and for one step of Gauss and Newton.
constexpr int kUnknowns = 6;  // four of the placement, gain, offset
using Sums = std::array<float, (kUnknowns + 1) * (kUnknowns + 2) / 2>;

constexpr std::size_t at(int a, int b) { return static_cast<std::size_t>(a * (a + 1) / 2 + b); }

/// Products of the columns (gradients along x and y times place, base, 1) with each other and the target.
template <int N>
GIEMSA_VECTOR_CLONES void add_products(const Plane<N>& base, const Plane<N>& target, const Placement& p,
                                       Sums& sums) {
  const Line<N, N> columns(p.x, p.stretch_x), rows(p.y, p.stretch_y);
  constexpr int kColumns = kUnknowns + 1;
  std::array<Lanes, std::tuple_size_v<Sums>> lanes{};
  for (int y = 0; y < N; ++y) {
    if (rows.inside[y] == 0) continue;
    const float* upper = &base[rows.first[y] * N];
    const float* lower = upper + N;
    const float v = (y + 0.5f) / N - 0.5f, wy = rows.second[y];
    std::array<std::array<float, N>, kColumns> c;
    for (int x = 0; x < N; ++x) {
      const int i = columns.first[x];
      const float wx = columns.second[x], in = columns.inside[x];
      const float a00 = upper[i], a01 = upper[i + 1], a10 = lower[i], a11 = lower[i + 1];
      const float top = a00 + wx * (a01 - a00), bottom = a10 + wx * (a11 - a10);
      const float gx = in * N * ((1 - wy) * (a01 - a00) + wy * (a11 - a10)), gy = in * N * (bottom - top);
      c[0][x] = gx;
      c[1][x] = gx * ((x + 0.5f) / N - 0.5f);
      c[2][x] = gy;
      c[3][x] = gy * v;
      c[4][x] = in * (top + wy * (bottom - top));
      c[5][x] = in;
      c[6][x] = in * target[y * N + x];
    }
    for (int x = 0; x < N; x += kLanes) {
      std::array<Lanes, kColumns> some;
      for (int a = 0; a < kColumns; ++a) load(some[a], &c[a][x]);
      for (int a = 0; a < kColumns; ++a)
        for (int b = 0; b <= a; ++b) lanes[at(a, b)] += some[a] * some[b];
    }
  }
  for (std::size_t i = 0; i < sums.size(); ++i) sums[i] = sum_of(lanes[i]);
}

/// Correlation of base and target over their overlap; 0 where there is too little of it, or no structure.
template <int N>
float correlation(const Sums& sums) {
  const double n = sums[at(5, 5)];
  if (n < kMinOverlap * N * N) return 0;
  const double base = sums[at(4, 4)] - double(sums[at(5, 4)]) * sums[at(5, 4)] / n;
  const double target = sums[at(6, 6)] - double(sums[at(6, 5)]) * sums[at(6, 5)] / n;
  const double both = sums[at(6, 4)] - double(sums[at(5, 4)]) * sums[at(6, 5)] / n;
  if (base < n * kMinDeviation * kMinDeviation / 4 || target < n * kMinDeviation * kMinDeviation / 4)
    return 0;
  return static_cast<float>(both / std::sqrt(base * target));
}

/// One step towards the least squares of gain × base(placement) + offset - target; nothing where they have no
/// single solution, or one that reverses light and dark.
std::optional<Placement> step(const Sums& sums, const Placement& p) {
  using Matrix = Eigen::Matrix<double, kUnknowns, kUnknowns>;
  Matrix normal;
  Eigen::Matrix<double, kUnknowns, 1> right;
  for (int a = 0; a < kUnknowns; ++a) {
    for (int b = 0; b <= a; ++b) normal(a, b) = normal(b, a) = sums[at(a, b)];
    right(a) = sums[at(kUnknowns, a)];
  }
  normal.diagonal() *= 1 + 1e-5;
  const Eigen::LLT<Matrix> factors(normal);
  if (factors.info() != Eigen::Success) return std::nullopt;
  const Eigen::Matrix<double, kUnknowns, 1> found = factors.solve(right);
  const double gain = found(4);
  if (!(gain > 0.1)) return std::nullopt;
  const auto moved = [&](float value, int i) {
    constexpr double kLimit = 0.06;  // of a side, so that one step does not jump over the target
    return static_cast<float>(value + std::clamp(found(i) / gain, -kLimit, kLimit));
  };
  return Placement{moved(p.x, 0), moved(p.stretch_x, 1), moved(p.y, 2), moved(p.stretch_y, 3)};
}

}  // namespace

template <int N>
Aligned align(const Plane<N>& base, const Plane<N>& target, const Placement& start, int steps, float at_start,
              float at_end) {
  Aligned best{0, start};
  Placement now = start;
  for (int i = 0;; ++i) {
    Sums sums;
    add_products<N>(base, target, now, sums);
    const float fits = correlation<N>(sums);
    const bool better = fits > best.correlation;
    const float gained = fits - best.correlation;
    if (better) best = {fits, now};
    if (i == steps || (i > 1 && gained < 1e-5f)) return best;
    const float asked = i == 0 ? at_start : i == 1 ? at_end - kLastGains : i == 2 ? at_end : 0;
    if (fits < at_start || best.correlation < asked) return best;
    const auto next = step(sums, now);
    if (!next || !sensible(*next)) return best;
    now = *next;
  }
}

template <int N>
float correlation_at(const Plane<N>& base, const Plane<N>& target, const Placement& placement) {
  Sums sums;
  add_products<N>(base, target, placement, sums);
  return correlation<N>(sums);
}

template Aligned align<16>(const Plane<16>&, const Plane<16>&, const Placement&, int, float, float);
template Aligned align<32>(const Plane<32>&, const Plane<32>&, const Placement&, int, float, float);
template float correlation_at<32>(const Plane<32>&, const Plane<32>&, const Placement&);

}  // namespace giemsa
