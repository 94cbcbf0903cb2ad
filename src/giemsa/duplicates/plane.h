#pragma once
#include <array>
#include <cmath>
#include <cstddef>

#include "giemsa/core/lanes.h"
#include "giemsa/image/symmetry.h"

namespace giemsa {

/// A square of numbers, [N, N]: what alignment works on.
template <int N>
using Plane = std::array<float, std::size_t{N} * N>;

/// Means over 2 × 2 pixels. in: [N, N] → [N / 2, N / 2]
template <int N, class T>
[[gnu::always_inline]] inline Plane<N / 2> halved(const std::array<T, std::size_t{N} * N>& in) {
  Plane<N / 2> out;
  for (int y = 0; y < N / 2; ++y) {
    const T* upper = &in[2 * y * N];
    const T* lower = upper + N;
    for (int x = 0; x < N / 2; ++x)
      out[y * (N / 2) + x] =
          0.25f * static_cast<float>(upper[2 * x] + upper[2 * x + 1] + lower[2 * x] + lower[2 * x + 1]);
  }
  return out;
}

template <int N, bool kFlipX, bool kFlipY, bool kTranspose>
void turn_into(const Plane<N>& in, Plane<N>& out) {
  for (int y = 0; y < N; ++y)
    for (int x = 0; x < N; ++x) {
      const int from_x = kFlipX ? N - 1 - x : x, from_y = kFlipY ? N - 1 - y : y;
      out[y * N + x] = kTranspose ? in[from_x * N + from_y] : in[from_y * N + from_x];
    }
}

/// The plane as it looks when turned.
template <int N>
Plane<N> turned(const Plane<N>& in, Symmetry symmetry) {
  Plane<N> out;
  switch (symmetry) {
    case Symmetry::None:
      return in;
    case Symmetry::FlipHorizontal:
      turn_into<N, true, false, false>(in, out);
      break;
    case Symmetry::FlipVertical:
      turn_into<N, false, true, false>(in, out);
      break;
    case Symmetry::HalfTurn:
      turn_into<N, true, true, false>(in, out);
      break;
    case Symmetry::Transpose:
      turn_into<N, false, false, true>(in, out);
      break;
    case Symmetry::QuarterTurnClockwise:
      turn_into<N, true, false, true>(in, out);
      break;
    case Symmetry::QuarterTurnCounterclockwise:
      turn_into<N, false, true, true>(in, out);
      break;
    case Symmetry::AntiTranspose:
      turn_into<N, true, true, true>(in, out);
      break;
  }
  return out;
}

template <std::size_t S>
[[gnu::always_inline]] inline float dot(const std::array<float, S>& a, const std::array<float, S>& b) {
  Lanes sums{}, one, other;
  for (std::size_t i = 0; i < S; i += kLanes) {
    load(one, &a[i]);
    load(other, &b[i]);
    sums += one * other;
  }
  return sum_of(sums);
}

/// To mean 0 and length 1; to zeros where the length is not over `least`.
template <std::size_t S>
[[gnu::always_inline]] inline void normalise(std::array<float, S>& plane, float least = 0) {
  Lanes sums{}, some;
  for (std::size_t i = 0; i < S; i += kLanes) {
    load(some, &plane[i]);
    sums += some;
  }
  const float mean = sum_of(sums) / S;
  for (float& value : plane) value -= mean;
  const float squares = dot(plane, plane);
  const float scale = squares > least * least ? 1 / std::sqrt(squares) : 0;
  for (float& value : plane) value *= scale;
}

}  // namespace giemsa
