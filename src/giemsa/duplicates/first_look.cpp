#include "giemsa/duplicates/first_look.h"

#include <algorithm>

#include "giemsa/core/vector_clones.h"
#include "giemsa/duplicates/lucas_kanade.h"

namespace giemsa {
namespace {

constexpr int kN = FirstLook::kPx;
// Correlations that near-duplicates reach: of coarse pictures as they lie, and with the tangent space.
constexpr float kMinCoarse = 0.8f, kMinTangent = 0.88f;

/// The part itself and its derivatives by place and by stretch.
std::array<Plane<kN>, 5> derivatives(const Plane<kN>& part) {
  std::array<Plane<kN>, 5> d;
  d[0] = part;
  for (int y = 0; y < kN; ++y) {
    const float* row = &part[y * kN];
    const float* above = &part[std::max(y - 1, 0) * kN];
    const float* below = &part[std::min(y + 1, kN - 1) * kN];
    const float v = y - (kN - 1) / 2.f;
    for (int x = 0; x < kN; ++x) {
      d[1][y * kN + x] = row[std::min(x + 1, kN - 1)] - row[std::max(x - 1, 0)];
      d[2][y * kN + x] = below[x] - above[x];
    }
    for (int x = 0; x < kN; ++x) {
      d[3][y * kN + x] = d[1][y * kN + x] * (x - (kN - 1) / 2.f);
      d[4][y * kN + x] = d[2][y * kN + x] * v;
    }
  }
  return d;
}

/// Gram and Schmidt. What hardly stands out from those before it becomes nothing.
GIEMSA_VECTOR_CLONES void make_orthonormal(std::array<Plane<kN>, 5>& planes) {
  constexpr float kLeast = kMinDeviation * kN / 8;
  for (std::size_t i = 0; i < planes.size(); ++i) {
    normalise(planes[i], i == 0 ? kMinDeviation * kN / 2 : kLeast);
    if (i == 0) continue;
    for (std::size_t j = 0; j < i; ++j) {
      const float share = dot(planes[i], planes[j]);
      for (std::size_t k = 0; k < planes[i].size(); ++k) planes[i][k] -= share * planes[j][k];
    }
    normalise(planes[i], 0.01f);
  }
}

GIEMSA_VECTOR_CLONES float squared_share(const Plane<kN>& plane, const std::array<Plane<kN>, 5>& tangents) {
  float sum = 0;
  for (const auto& tangent : tangents) {
    const float share = dot(plane, tangent);
    sum += share * share;
  }
  return sum;
}

/// Halves and normalises; then the correlations with every turn of the other.
GIEMSA_VECTOR_CLONES std::array<float, kSymmetryCount> coarse_correlations(
    const Plane<kN>& plane, const std::array<Plane<FirstLook::kCoarsePx>, kSymmetryCount>& turns) {
  auto coarse = halved<kN, float>(plane);
  normalise(coarse);
  std::array<float, kSymmetryCount> correlations;
  for (std::size_t s = 0; s < turns.size(); ++s) correlations[s] = dot(coarse, turns[s]);
  return correlations;
}

GIEMSA_VECTOR_CLONES Plane<kN> normalised(const Plane<kN>& plane) {
  Plane<kN> out = plane;
  normalise(out, kMinDeviation * kN / 2);
  return out;
}

}  // namespace

FirstLook::FirstLook(const Plane<kPx>& base, const Placement& placement) {
  const Plane<kPx> part = seen_at<kPx>(base, placement);
  auto coarse = halved<kPx, float>(part);
  normalise(coarse);
  for (int s = 0; s < kSymmetryCount; ++s)
    coarse_[s] = turned<kCoarsePx>(coarse, inverse(static_cast<Symmetry>(s)));
  tangents_ = derivatives(part);
  make_orthonormal(tangents_);
}

std::span<const FirstLook::Turn> FirstLook::turns(const Plane<kPx>& upper,
                                                  std::array<Turn, kMostTurns>& room) const {
  const auto correlations = coarse_correlations(upper, coarse_);
  std::array<int, kSymmetryCount> order{0, 1, 2, 3, 4, 5, 6, 7};
  std::ranges::partial_sort(order, order.begin() + kMostTurns, {},
                            [&](int s) { return std::pair(-correlations[s], s); });
  std::size_t found = 0;
  Plane<kPx> plane;
  bool made = false;
  for (std::size_t i = 0; i < kMostTurns && correlations[order[i]] >= kMinCoarse; ++i) {
    if (!made) plane = normalised(upper);
    made = true;
    const auto symmetry = static_cast<Symmetry>(order[i]);
    if (squared_share(turned<kPx>(plane, symmetry), tangents_) < kMinTangent * kMinTangent) continue;
    room[found++] = {symmetry, turned<kPx>(upper, symmetry)};
  }
  return {room.data(), found};
}

}  // namespace giemsa
