#pragma once
#include <array>
#include <cstdint>
#include <string_view>

#include "giemsa/image/image.h"

namespace giemsa {

/// The eight ways to lay a square onto itself.
enum class Symmetry : std::uint8_t {
  None,
  FlipHorizontal,  ///< left and right change places
  FlipVertical,    ///< top and bottom change places
  HalfTurn,
  Transpose,  ///< rows become columns
  QuarterTurnClockwise,
  QuarterTurnCounterclockwise,
  AntiTranspose,  ///< mirrored on the other diagonal
};

inline constexpr int kSymmetryCount = 8;

/// "none", "flip_horizontal", "flip_vertical", "half_turn", "transpose", "quarter_turn_clockwise",
/// "quarter_turn_counterclockwise", "antitranspose".
std::string_view symmetry_name(Symmetry symmetry);

/// What takes a turned square back.
constexpr Symmetry inverse(Symmetry symmetry) {
  if (symmetry == Symmetry::QuarterTurnClockwise) return Symmetry::QuarterTurnCounterclockwise;
  if (symmetry == Symmetry::QuarterTurnCounterclockwise) return Symmetry::QuarterTurnClockwise;
  return symmetry;
}

/// The three bits of a symmetry: first transpose, then flip. A turned picture's pixel (x, y) is the old one's
/// (x', y') with x' = flip_x ? n - 1 - x : x, y' likewise, then x' and y' exchanged where `transpose`.
struct SymmetryParts {
  bool flip_x, flip_y, transpose;
};
constexpr SymmetryParts parts_of(Symmetry symmetry) {
  const auto bits = static_cast<unsigned>(symmetry);
  return {(bits & 1) != 0, (bits & 2) != 0, (bits & 4) != 0};
}

/// The square picture laid onto itself so. Throws Internal when it is not square.
Image turned(const Image& square, const SymmetryParts& parts);

}  // namespace giemsa
