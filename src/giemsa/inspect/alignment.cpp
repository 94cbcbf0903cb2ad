#include "giemsa/inspect/alignment.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <optional>
#include <tuple>

#include <Eigen/Cholesky>

#include "giemsa/core/vector_clones.h"

namespace giemsa {
namespace {

constexpr int kCoarsePx = 8, kMiddlePx = 16, kFinePx = kFingerprintPx;
constexpr float kMinDeviation = 2;  // levels of luma; below, a picture counts as blank
// Correlations that near-duplicates reach: of a symmetry worth aligning, where the alignment starts, and at
// its end with the pictures at half and at full size. They only save time; similarity is what decides.
constexpr float kMinCoarse = 0.82f, kMinStart = 0.8f, kMinMiddle = 0.94f, kMinFine = 0.95f;
constexpr float kMinOverlap = 0.6f;     // share of the turned picture that must lie on the base
constexpr float kMaxStretch = 1.5f;     // of a side, either way
constexpr float kColourTolerance = 40;  // levels of difference in colour at which nothing is left of a fit

template <int N>
using Plane = std::array<float, std::size_t{N} * N>;

/// Means over squares of pixels. in: [N, N] → [M, M]
template <int M, int N, class T>
Plane<M> shrink(const std::array<T, std::size_t{N} * N>& in) {
  constexpr int kStep = N / M;
  Plane<M> out{};
  for (int y = 0; y < N; ++y)
    for (int x = 0; x < N; ++x) out[y / kStep * M + x / kStep] += in[y * N + x];
  for (float& value : out) value /= kStep * kStep;
  return out;
}

/// The plane as it looks when turned.
template <int N>
Plane<N> turn(const Plane<N>& in, Symmetry symmetry) {
  const auto [flip_x, flip_y, transpose] = parts_of(symmetry);
  Plane<N> out;
  for (int y = 0; y < N; ++y)
    for (int x = 0; x < N; ++x) {
      const int from_x = flip_x ? N - 1 - x : x, from_y = flip_y ? N - 1 - y : y;
      out[y * N + x] = transpose ? in[from_x * N + from_y] : in[from_y * N + from_x];
    }
  return out;
}

/// To mean 0 and length 1.
template <int N>
void normalise(Plane<N>& plane) {
  float mean = 0, squares = 0;
  for (const float value : plane) mean += value;
  mean /= plane.size();
  for (float& value : plane) {
    value -= mean;
    squares += value * value;
  }
  const float scale = squares > 0 ? 1 / std::sqrt(squares) : 0;
  for (float& value : plane) value *= scale;
}

/// Sums run in lanes, a fixed order that vector units can follow.
constexpr int kLanes = 8;

template <std::size_t S>
float dot(const std::array<float, S>& a, const std::array<float, S>& b) {
  std::array<float, kLanes> sums{};
  for (std::size_t i = 0; i < S; i += kLanes)
    for (std::size_t k = 0; k < kLanes; ++k) sums[k] += a[i + k] * b[i + k];
  return std::accumulate(sums.begin(), sums.end(), 0.f);
}

/// Where a place of the turned picture, (u, v) from its middle in shares of its sides, lies in the base.
struct Placement {
  float x, stretch_x, y, stretch_y;
};

Placement placement_of(const Window& w) {
  return {(1 + w.left - w.right) / 2, 1 - w.left - w.right, (1 + w.top - w.bottom) / 2, 1 - w.top - w.bottom};
}

bool sensible(const Placement& p) {
  return p.stretch_x < kMaxStretch && p.stretch_x > 1 / kMaxStretch && p.stretch_y < kMaxStretch &&
         p.stretch_y > 1 / kMaxStretch;
}

/// Pixels of the base around each column (or row) of the turned picture; `inside` is 0 beyond the base.
template <int N, int BaseN>
struct Line {
  std::array<int, N> first;
  std::array<float, N> second, inside;

  Line(float middle, float stretch) {
    for (int i = 0; i < N; ++i) {
      const float place = (middle + stretch * ((i + 0.5f) / N - 0.5f)) * BaseN;
      inside[i] = place >= 0 && place <= BaseN ? 1.f : 0.f;
      const float pixel = std::clamp(place - 0.5f, 0.f, BaseN - 1.f);
      first[i] = std::min(static_cast<int>(pixel), BaseN - 2);
      second[i] = pixel - first[i];
    }
  }
};

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
  std::array<std::array<float, kLanes>, std::tuple_size_v<Sums>> lanes{};
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
    for (int a = 0; a < kColumns; ++a)
      for (int b = 0; b <= a; ++b) {
        auto& sum = lanes[at(a, b)];
        for (int x = 0; x < N; x += kLanes)
          for (int k = 0; k < kLanes; ++k) sum[k] += c[a][x + k] * c[b][x + k];
      }
  }
  for (std::size_t i = 0; i < sums.size(); ++i)
    sums[i] = std::accumulate(lanes[i].begin(), lanes[i].end(), 0.f);
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

struct Aligned {
  float correlation = 0;
  Placement placement{};
};

/// Moves from `start` in at most `steps` steps; the best placement on the way. Gives up where the first look
/// or two steps do not reach what is asked.
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
    if (fits < at_start || (i == 2 && best.correlation < at_end)) return best;
    const auto next = step(sums, now);
    if (!next || !sensible(*next)) return best;
    now = *next;
  }
}

/// Means over 7 × 7 pixels around each.
template <int N>
Plane<N> blur(const Plane<N>& plane) {
  constexpr int kReach = 3;
  const auto blur_rows = [](const Plane<N>& in) {  // and transposes
    Plane<N> out;
    for (int y = 0; y < N; ++y) {
      std::array<float, N + 1> sums{};
      for (int x = 0; x < N; ++x) sums[x + 1] = sums[x] + in[y * N + x];
      for (int x = 0; x < N; ++x) {
        const int first = std::max(0, x - kReach), last = std::min(N, x + kReach + 1);
        out[x * N + y] = (sums[last] - sums[first]) / (last - first);
      }
    }
    return out;
  };
  return blur_rows(blur_rows(plane));
}

/// What is finer than seven pixels.
template <int N>
Plane<N> details(const Plane<N>& plane) {
  Plane<N> fine = plane;
  const Plane<N> coarse = blur<N>(plane);
  for (std::size_t i = 0; i < fine.size(); ++i) fine[i] -= coarse[i];
  return fine;
}

/// Root mean square difference of the colours where the turned picture lies on the base, in levels.
float colour_difference(const Fingerprint& base, const Fingerprint& turned, Symmetry symmetry,
                        const Placement& p) {
  constexpr int kN = kFingerprintColourPx;
  const Line<kN, kN> columns(p.x, p.stretch_x), rows(p.y, p.stretch_y);
  float squares = 0, count = 0;
  for (std::size_t c = 0; c < 2; ++c) {
    const auto under = shrink<kN, kN>(base.colour[c]);
    const auto over = turn<kN>(shrink<kN, kN>(turned.colour[c]), symmetry);
    for (int y = 0; y < kN; ++y)
      for (int x = 0; x < kN; ++x) {
        const float* upper = &under[rows.first[y] * kN + columns.first[x]];
        const float wx = columns.second[x], wy = rows.second[y], in = columns.inside[x] * rows.inside[y];
        const float top = upper[0] + wx * (upper[1] - upper[0]);
        const float bottom = upper[kN] + wx * (upper[kN + 1] - upper[kN]);
        const float difference = top + wy * (bottom - top) - over[y * kN + x];
        squares += in * difference * difference;
        count += in;
      }
  }
  return count > 0 ? std::sqrt(squares / count) : 0;
}

}  // namespace

Fit best_fit(const Fingerprint& base, const Window& window, const Fingerprint& turned) {
  const Placement start = placement_of(window);
  const auto middle_base = shrink<kMiddlePx, kFinePx>(base.luma),
             middle_turned = shrink<kMiddlePx, kFinePx>(turned.luma);

  // Which symmetries are worth a closer look: the two best of a coarse comparison.
  Plane<kCoarsePx> part;
  const Line<kCoarsePx, kMiddlePx> columns(start.x, start.stretch_x), rows(start.y, start.stretch_y);
  for (int y = 0; y < kCoarsePx; ++y)
    for (int x = 0; x < kCoarsePx; ++x) {
      const float* upper = &middle_base[rows.first[y] * kMiddlePx + columns.first[x]];
      const float wx = columns.second[x], wy = rows.second[y];
      const float top = upper[0] + wx * (upper[1] - upper[0]);
      const float bottom = upper[kMiddlePx] + wx * (upper[kMiddlePx + 1] - upper[kMiddlePx]);
      part[y * kCoarsePx + x] = top + wy * (bottom - top);
    }
  auto small = shrink<kCoarsePx, kMiddlePx>(middle_turned);
  normalise<kCoarsePx>(part);
  normalise<kCoarsePx>(small);
  std::array<std::pair<float, int>, kSymmetryCount> ranked;
  for (int s = 0; s < kSymmetryCount; ++s)
    ranked[s] = {-dot(part, turn<kCoarsePx>(small, static_cast<Symmetry>(s))), s};
  std::ranges::partial_sort(ranked, ranked.begin() + 2);

  Fit best;
  for (int rank = 0; rank < 2 && -ranked[rank].first >= kMinCoarse; ++rank) {
    const auto symmetry = static_cast<Symmetry>(ranked[rank].second);
    const auto middle = align<kMiddlePx>(middle_base, turn<kMiddlePx>(middle_turned, symmetry), start, 5,
                                         kMinStart, kMinMiddle);
    if (middle.correlation < kMinMiddle) continue;
    const auto fine_base = shrink<kFinePx, kFinePx>(base.luma);
    const auto fine_turned = turn<kFinePx>(shrink<kFinePx, kFinePx>(turned.luma), symmetry);
    const auto fine = align<kFinePx>(fine_base, fine_turned, middle.placement, 8, kMinStart, kMinFine);
    if (fine.correlation < kMinFine) continue;
    Sums sums;
    add_products<kFinePx>(details<kFinePx>(fine_base), details<kFinePx>(fine_turned), fine.placement, sums);
    const float in_detail = std::max(0.f, correlation<kFinePx>(sums));
    const float colour = colour_difference(base, turned, symmetry, fine.placement) / kColourTolerance;
    const float similarity =
        std::max(0.f, std::sqrt(std::min(1.f, fine.correlation * in_detail)) * (1 - colour * colour));
    if (similarity > best.similarity) best = {similarity, symmetry};
  }
  return best;
}

}  // namespace giemsa
