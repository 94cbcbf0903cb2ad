#pragma once
#include <algorithm>
#include <array>

#include "giemsa/duplicates/candidate_features.h"

#include "giemsa/duplicates/plane.h"

namespace giemsa {

/// Where a place of one picture, (u, v) from its middle in shares of its sides, lies in another, the base.
struct Placement {
  float x = 0.5f, stretch_x = 1, y = 0.5f, stretch_y = 1;
};

constexpr Placement placement_of(const Window& w) {
  return {(1 + w.left - w.right) / 2, 1 - w.left - w.right, (1 + w.top - w.bottom) / 2, 1 - w.top - w.bottom};
}

/// Pixels of the base around each column (or row) of the picture that lies on it; `inside` is 0 beyond the
/// base.
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

/// The base as it looks under the other picture, bilinear between its pixels.
template <int N>
Plane<N> seen_at(const Plane<N>& base, const Placement& p) {
  const Line<N, N> columns(p.x, p.stretch_x), rows(p.y, p.stretch_y);
  Plane<N> seen;
  for (int y = 0; y < N; ++y)
    for (int x = 0; x < N; ++x) {
      const float* upper = &base[rows.first[y] * N + columns.first[x]];
      const float wx = columns.second[x];
      const float top = upper[0] + wx * (upper[1] - upper[0]);
      const float bottom = upper[N] + wx * (upper[N + 1] - upper[N]);
      seen[y * N + x] = top + rows.second[y] * (bottom - top);
    }
  return seen;
}

}  // namespace giemsa
