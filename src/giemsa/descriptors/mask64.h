#pragma once
#include <array>
#include <bit>
#include <cstdint>

#include "giemsa/descriptors/thumbnail.h"

namespace giemsa {

/// A set of pixels of a thumbnail: one bit each, one word per row. Growing and counting take 64 words' work.
struct Mask64 {
  static_assert(kThumbnailPx == 64, "a row is one word");
  std::array<std::uint64_t, 64> rows{};

  bool operator==(const Mask64&) const = default;
  /// Number of pixels.
  int count() const;
  /// Calls visit(y, x) for each pixel, row by row.
  template <class Visit>
  void for_each(Visit&& visit) const {
    for (int y = 0; y < 64; ++y) {
      for (std::uint64_t bits = rows[y]; bits != 0; bits &= bits - 1) visit(y, std::countr_zero(bits));
    }
  }
};

Mask64 operator&(const Mask64& a, const Mask64& b);
/// What is in `a` and not in `b`.
Mask64 operator-(const Mask64& a, const Mask64& b);

/// With the four neighbours of every pixel, or with all eight.
Mask64 grown_by_4(const Mask64& mask);
Mask64 grown_by_8(const Mask64& mask);
/// Without the pixels that have one of their eight neighbours outside `mask`; the border counts as inside.
Mask64 shrunk_by_8(const Mask64& mask);
/// The parts of `mask` that hang together with `seed` (by four neighbours).
Mask64 connected(const Mask64& seed, const Mask64& mask);

/// Outline of a mask from its 2×2 neighbourhoods (Gray 1971).
struct Outline {
  double length = 0;  ///< px; a diagonal step counts as √2; along the picture's border it is not counted
  double euler = 0;   ///< pieces minus holes, where both lie inside the picture
};
Outline outline(const Mask64& mask);

}  // namespace giemsa
