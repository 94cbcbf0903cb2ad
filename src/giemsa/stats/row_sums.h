#pragma once
#include <cstddef>

namespace giemsa {

/// out[j] += Σ over k of factors[k · factor_step] · rows[k · row_step + j], for j in [first, last) and k in
/// [0, count): the inner loop of matrix products. For functions with GIEMSA_VECTOR_CLONES, which it becomes a
/// part of. Eight rows at a time, since reading and writing `out` is what takes time.
template <class T>
inline void add_rows(T* __restrict out, const T* factors, std::size_t factor_step, const T* rows,
                     std::size_t row_step, std::size_t count, std::size_t first, std::size_t last) {
  std::size_t k = 0;
  for (; k + 8 <= count; k += 8) {
    const T* f = factors + k * factor_step;
    const T a = f[0], b = f[factor_step], c = f[2 * factor_step], d = f[3 * factor_step];
    const T e = f[4 * factor_step], g = f[5 * factor_step], h = f[6 * factor_step], i = f[7 * factor_step];
    const T* r = rows + k * row_step;
    for (std::size_t j = first; j < last; ++j) {
      const T half = (a * r[j] + b * r[j + row_step]) + (c * r[j + 2 * row_step] + d * r[j + 3 * row_step]);
      const T rest = (e * r[j + 4 * row_step] + g * r[j + 5 * row_step]) +
                     (h * r[j + 6 * row_step] + i * r[j + 7 * row_step]);
      out[j] += half + rest;
    }
  }
  for (; k < count; ++k) {
    for (std::size_t j = first; j < last; ++j) out[j] += factors[k * factor_step] * rows[k * row_step + j];
  }
}

}  // namespace giemsa
