#pragma once
#include <array>
#include <cstdint>

#include "giemsa/infer/avx512_functions.h"

// What one needs of Intel's AMX: tiles of bfloat16, and floats as sums of three of these. For amx_*.cpp
// alone; see Intel's "Architecture Instruction Set Extensions Programming Reference", chapter 3.
#if defined(__x86_64__)
namespace giemsa::amx {

#define GIEMSA_AMX __attribute__((target("avx512f,avx512bw,avx512vl,avx512dq,amx-tile,amx-bf16")))
#define GIEMSA_AMX_INLINE GIEMSA_AMX __attribute__((always_inline)) inline

using Bfloat16 = std::uint16_t;

// A tile holds 16 rows of 64 bytes. The product of a tile of 16 × 32 and one of 32 × 16 numbers of bfloat16
// is added to one of 16 × 16 floats. In the right tile two rows of the matrix are woven into one: [16,
// column, 2].
constexpr std::int64_t kTileRows = 16, kTileColumns = 16, kTileDepth = 32;
constexpr std::int64_t kTileSize = kTileRows * kTileDepth;

/// A tile of bfloat16 in memory. Where tiles cross cache lines they take twice as long to read.
struct alignas(64) Tile {
  Bfloat16 numbers[kTileSize];
};

/// While it lives, this thread has eight whole tiles.
class Tiles {
 public:
  GIEMSA_AMX Tiles() {
    static constexpr Sizes kSizes;
    _tile_loadconfig(&kSizes);
  }
  GIEMSA_AMX ~Tiles() { _tile_release(); }
  Tiles(const Tiles&) = delete;
  Tiles& operator=(const Tiles&) = delete;

 private:
  struct alignas(64) Sizes {
    std::uint8_t palette = 1, start_row = 0, reserved[14] = {};
    std::uint16_t row_bytes[16] = {64, 64, 64, 64, 64, 64, 64, 64};
    std::uint8_t rows[16] = {16, 16, 16, 16, 16, 16, 16, 16};
  };
};

/// A float is the sum of so many numbers of bfloat16: each has 8 of its 24 bits.
constexpr int kParts = 3;

/// 32 floats, part by part.
struct Parts {
  __m512i part[kParts];
};

/// The nearest bfloat16, as a float.
GIEMSA_AMX_INLINE __m512 rounded(__m512 a) {
  const __m512i up = _mm512_add_epi32(_mm512_castps_si512(a), _mm512_set1_epi32(0x8000));
  return _mm512_castsi512_ps(_mm512_and_si512(up, _mm512_set1_epi32(static_cast<int>(0xffff0000u))));
}

/// The upper halves of 32 floats.
GIEMSA_AMX_INLINE __m512i upper_halves(__m512 a, __m512 b) {
  alignas(64) static constexpr std::array<std::uint16_t, 32> kOdd = [] {
    std::array<std::uint16_t, 32> odd{};
    for (std::uint16_t i = 0; i < 32; ++i) odd[i] = static_cast<std::uint16_t>(2 * i + 1);
    return odd;
  }();
  return _mm512_permutex2var_epi16(_mm512_castps_si512(a), _mm512_load_si512(kOdd.data()),
                                   _mm512_castps_si512(b));
}

/// a, b = the sums of their parts, exactly: what two rounded parts leave has 8 bits. A float that is not
/// finite has no such parts.
GIEMSA_AMX_INLINE Parts split(__m512 a, __m512 b) {
  Parts parts;
  for (int p = 0; p + 1 < kParts; ++p) {
    const __m512 a_part = rounded(a), b_part = rounded(b);
    parts.part[p] = upper_halves(a_part, b_part);
    a = _mm512_sub_ps(a, a_part);
    b = _mm512_sub_ps(b, b_part);
  }
  parts.part[kParts - 1] = upper_halves(a, b);
  return parts;
}

}  // namespace giemsa::amx
#endif
