// What one core can do at best: multiply-adds in registers and tiles, and bytes from memory. The limits that
// bench_forward_native is measured against.

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <numeric>
#include <vector>

#pragma GCC diagnostic ignored "-Wuninitialized"  // GCC 12, of its own _mm512_undefined_epi32()
#include "giemsa/infer/amx_tiles.h"
#include "giemsa/infer/processor.h"

namespace {

using namespace giemsa;

double seconds_of(auto work) {
  double best = 1e9;
  for (int round = 0; round < 7; ++round) {
    const auto start = std::chrono::steady_clock::now();
    work();
    best = std::min(best, std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count());
  }
  return best;
}

constexpr int kSteps = 20'000'000;
constexpr int kChains = 12;  // that do not wait for each other

__attribute__((target("avx512f"))) double float_gops() {
  volatile float sink;
  const double seconds = seconds_of([&]() __attribute__((target("avx512f"))) {
    __m512 sums[kChains];
    for (auto& sum : sums) sum = _mm512_set1_ps(1.f);
    const __m512 a = _mm512_set1_ps(0.999f), b = _mm512_set1_ps(0.001f);
    for (int i = 0; i < kSteps; ++i) {
#pragma GCC unroll 12
      for (int k = 0; k < kChains; ++k) sums[k] = _mm512_fmadd_ps(sums[k], a, b);
    }
    for (int k = 1; k < kChains; ++k) sums[0] = _mm512_add_ps(sums[0], sums[k]);
    sink = _mm512_reduce_add_ps(sums[0]);
  });
  return 2.0 * 16 * kChains * kSteps / seconds / 1e9;
}

__attribute__((target("avx512f,avx512vnni"))) double int8_gops() {
  volatile int sink;
  const double seconds = seconds_of([&]() __attribute__((target("avx512f,avx512vnni"))) {
    __m512i sums[kChains];
    for (auto& sum : sums) sum = _mm512_setzero_si512();
    const __m512i a = _mm512_set1_epi8(1), b = _mm512_set1_epi8(2);
    for (int i = 0; i < kSteps; ++i) {
#pragma GCC unroll 12
      for (int k = 0; k < kChains; ++k) sums[k] = _mm512_dpbusd_epi32(sums[k], a, b);
    }
    for (int k = 1; k < kChains; ++k) sums[0] = _mm512_add_epi32(sums[0], sums[k]);
    sink = _mm512_reduce_add_epi32(sums[0]);
  });
  return 2.0 * 64 * kChains * kSteps / seconds / 1e9;
}

/// Of numbers that are not zero: with zeros the unit runs faster.
template <class Multiply>
GIEMSA_AMX double tile_gops(double products, Multiply multiply) {
  const amx::Tiles tiles;
  amx::Tile tile;
  for (std::size_t i = 0; i < std::size(tile.numbers); ++i)
    tile.numbers[i] = static_cast<amx::Bfloat16>(0x3f80 ^ (i * 40503 & 0x80ff));
  _tile_loadd(4, tile.numbers, 64);
  _tile_loadd(5, tile.numbers, 64);
  _tile_loadd(6, tile.numbers, 64);
  _tile_loadd(7, tile.numbers, 64);
  const double seconds = seconds_of([&]() GIEMSA_AMX {
    for (int i = 0; i < kSteps; ++i) multiply();
  });
  return 2.0 * 4 * products * kSteps / seconds / 1e9;
}

GIEMSA_AMX void multiply_bfloat16() {
  _tile_dpbf16ps(0, 4, 6);
  _tile_dpbf16ps(1, 4, 7);
  _tile_dpbf16ps(2, 5, 6);
  _tile_dpbf16ps(3, 5, 7);
}

__attribute__((target("amx-tile,amx-int8"))) void multiply_bytes() {
  _tile_dpbusd(0, 4, 6);
  _tile_dpbusd(1, 4, 7);
  _tile_dpbusd(2, 5, 6);
  _tile_dpbusd(3, 5, 7);
}

double memory_gb_per_second(std::size_t megabytes) {
  std::vector<float> large(megabytes << 18, 1.f);
  volatile float sink;
  const double seconds = seconds_of([&] {
    float sums[64] = {};
    for (std::size_t i = 0; i < large.size(); i += 64) {
      for (std::size_t k = 0; k < 64; ++k) sums[k] += large[i + k];
    }
    sink = std::accumulate(sums, sums + 64, 0.f);
  });
  return static_cast<double>(large.size() * sizeof(float)) / seconds / 1e9;
}

}  // namespace

int main() {
  if (!has_vnni()) {
    fmt::print(stderr, "this processor has no AVX-512 VNNI\n");
    return 1;
  }
  fmt::print("float multiply-adds: {:.0f} GFLOP/s\n", float_gops());
  fmt::print("8-bit multiply-adds: {:.0f} GOP/s\n", int8_gops());
  if (has_amx()) {
    const double bfloat16 = tile_gops(16 * 16 * 32, multiply_bfloat16);
    fmt::print(
        "matrix unit: {:.0f} GFLOP/s in bfloat16, {:.0f} in floats of three parts, {:.0f} GOP/s in 8-bit "
        "integers\n",
        bfloat16, bfloat16 / 6, tile_gops(16 * 16 * 64, multiply_bytes));
  }
  fmt::print("reading: {:.1f} GB/s from 32 MB, {:.1f} GB/s from 256 MB\n", memory_gb_per_second(32),
             memory_gb_per_second(256));
}
