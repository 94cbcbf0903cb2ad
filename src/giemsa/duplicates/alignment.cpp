#include "giemsa/duplicates/alignment.h"

#include <algorithm>
#include <cmath>

#include "giemsa/core/vector_clones.h"
#include "giemsa/duplicates/lucas_kanade.h"

namespace giemsa {
namespace {

constexpr int kMiddlePx = FirstLook::kPx, kFinePx = kFingerprintPx;
static_assert(2 * kMiddlePx == kFinePx);
// Correlations that near-duplicates reach: where the alignment starts, and at its end with the pictures at
// half and at full size. They only save time; similarity is what decides.
constexpr float kMinStart = 0.7f, kMinMiddle = 0.94f, kMinFine = 0.95f;
constexpr float kColourTolerance = 40;  // levels of difference in colour at which nothing is left of a fit

GIEMSA_VECTOR_CLONES Plane<kMiddlePx> middle_of(const Fingerprint& picture) {
  return halved<kFinePx>(picture.luma);
}

template <int N>
Plane<N> plane_of(const std::array<std::uint8_t, std::size_t{N} * N>& levels) {
  Plane<N> plane;
  std::ranges::copy(levels, plane.begin());
  return plane;
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
float colour_difference(const Fingerprint& base, const Fingerprint& upper, Symmetry symmetry,
                        const Placement& p) {
  constexpr int kN = kFingerprintColourPx;
  const Line<kN, kN> columns(p.x, p.stretch_x), rows(p.y, p.stretch_y);
  float squares = 0, count = 0;
  for (std::size_t c = 0; c < 2; ++c) {
    const auto under = seen_at<kN>(plane_of<kN>(base.colour[c]), p);
    const auto over = turned<kN>(plane_of<kN>(upper.colour[c]), symmetry);
    for (int y = 0; y < kN; ++y)
      for (int x = 0; x < kN; ++x) {
        const float difference = under[y * kN + x] - over[y * kN + x];
        const float in = columns.inside[x] * rows.inside[y];
        squares += in * difference * difference;
        count += in;
      }
  }
  return count > 0 ? std::sqrt(squares / count) : 0;
}

}  // namespace

Fitter::Fitter(const Fingerprint& base, const Window& window)
    : base_(base), start_(placement_of(window)), middle_(middle_of(base)), first_look_(middle_, start_) {}

Fit Fitter::fit(const Fingerprint& upper) const {
  Fit best;
  std::array<FirstLook::Turn, FirstLook::kMostTurns> turns;
  for (const auto& [symmetry, middle_upper] : first_look_.turns(middle_of(upper), turns)) {
    const auto middle = align<kMiddlePx>(middle_, middle_upper, start_, 5, kMinStart, kMinMiddle);
    if (middle.correlation < kMinMiddle) continue;
    const auto fine_base = plane_of<kFinePx>(base_.luma);
    const auto fine_upper = turned<kFinePx>(plane_of<kFinePx>(upper.luma), symmetry);
    const auto fine = align<kFinePx>(fine_base, fine_upper, middle.placement, 8, kMinStart, kMinFine);
    if (fine.correlation < kMinFine) continue;
    const float in_detail = std::max(
        0.f,
        correlation_at<kFinePx>(details<kFinePx>(fine_base), details<kFinePx>(fine_upper), fine.placement));
    const float colour = colour_difference(base_, upper, symmetry, fine.placement) / kColourTolerance;
    const float similarity =
        std::max(0.f, std::sqrt(std::min(1.f, fine.correlation * in_detail)) * (1 - colour * colour));
    if (similarity > best.similarity) best = {similarity, symmetry};
  }
  return best;
}

}  // namespace giemsa
