#include "giemsa/descriptors/mask64.h"

#include <numbers>

#include "giemsa/core/vector_clones.h"

namespace giemsa {
namespace {

/// Every row joined with the ones above and below.
inline Mask64 joined_vertically(const Mask64& mask, const Mask64& neighbours) {
  Mask64 out = mask;
  for (int y = 1; y < 64; ++y) out.rows[y] |= neighbours.rows[y - 1];
  for (int y = 0; y < 63; ++y) out.rows[y] |= neighbours.rows[y + 1];
  return out;
}

inline Mask64 joined_horizontally(const Mask64& mask) {
  Mask64 out;
  for (int y = 0; y < 64; ++y) out.rows[y] = mask.rows[y] | mask.rows[y] << 1 | mask.rows[y] >> 1;
  return out;
}

Mask64 complement(const Mask64& mask) {
  Mask64 out;
  for (int y = 0; y < 64; ++y) out.rows[y] = ~mask.rows[y];
  return out;
}

}  // namespace

GIEMSA_VECTOR_CLONES int Mask64::count() const {
  int sum = 0;
  for (const std::uint64_t row : rows) sum += std::popcount(row);
  return sum;
}

Mask64 operator&(const Mask64& a, const Mask64& b) {
  Mask64 out;
  for (int y = 0; y < 64; ++y) out.rows[y] = a.rows[y] & b.rows[y];
  return out;
}

Mask64 operator-(const Mask64& a, const Mask64& b) { return a & complement(b); }

Mask64 grown_by_4(const Mask64& mask) { return joined_vertically(joined_horizontally(mask), mask); }

Mask64 grown_by_8(const Mask64& mask) {
  const Mask64 wide = joined_horizontally(mask);
  return joined_vertically(wide, wide);
}

Mask64 shrunk_by_8(const Mask64& mask) { return complement(grown_by_8(complement(mask))); }

GIEMSA_VECTOR_CLONES Mask64 connected(const Mask64& seed, const Mask64& mask) {
  Mask64 part = seed & mask;
  for (;;) {
    Mask64 more = joined_vertically(joined_horizontally(part), part);
    for (int y = 0; y < 64; ++y) more.rows[y] &= mask.rows[y];
    if (more == part) return part;
    part = more;
  }
}

GIEMSA_VECTOR_CLONES Outline outline(const Mask64& mask) {
  int ones = 0, pairs = 0, diagonals = 0, threes = 0;  // neighbourhoods with so many pixels
  for (int y = 0; y < 63; ++y) {
    // Bit x stands for the square of the pixels x and x + 1 of the rows y and y + 1.
    const std::uint64_t a = mask.rows[y], b = a >> 1, c = mask.rows[y + 1], d = c >> 1;
    constexpr std::uint64_t kSquares = ~std::uint64_t{0} >> 1;
    const std::uint64_t odd = (a ^ b ^ c ^ d) & kSquares;
    const std::uint64_t two_of_ab = a & b, two_of_cd = c & d;
    const std::uint64_t three = odd & (two_of_ab | two_of_cd);
    const std::uint64_t diagonal = ~odd & (a ^ b) & (a ^ c) & kSquares;
    const std::uint64_t side = ~odd & ((a ^ b) ^ (a ^ c)) & kSquares;
    ones += std::popcount(odd & ~three);
    threes += std::popcount(three);
    pairs += std::popcount(side);
    diagonals += std::popcount(diagonal);
  }
  return {.length = pairs + (ones + threes + 2 * diagonals) * std::numbers::sqrt2 / 2,
          .euler = (ones - threes + 2 * diagonals) / 4.0};
}

}  // namespace giemsa
