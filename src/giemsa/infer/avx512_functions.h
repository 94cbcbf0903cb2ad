#pragma once
#if defined(__x86_64__)
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wmaybe-uninitialized"  // GCC 12, of its own _mm512_undefined_ps()
#include <immintrin.h>
#pragma GCC diagnostic pop

/// Activations of 16 floats in a register of AVX-512, to a few units in the last place of float.
namespace giemsa::avx512 {

#define GIEMSA_AVX512 __attribute__((target("avx512f"), always_inline)) inline

/// e^x; 0 or the largest finite power beyond what floats hold. After S. Moshier's Cephes (expf), whose
/// polynomial is good to 2e-8 on [-ln 2 / 2, ln 2 / 2].
GIEMSA_AVX512 __m512 exp(__m512 x) {
  x = _mm512_min_ps(_mm512_max_ps(x, _mm512_set1_ps(-87.3f)), _mm512_set1_ps(88.3f));
  const __m512 n = _mm512_roundscale_ps(_mm512_mul_ps(x, _mm512_set1_ps(1.44269504f)), 0);
  __m512 r = _mm512_fnmadd_ps(n, _mm512_set1_ps(0.693359375f), x);
  r = _mm512_fnmadd_ps(n, _mm512_set1_ps(-2.12194440e-4f), r);
  __m512 p = _mm512_set1_ps(1.9875691500e-4f);
  p = _mm512_fmadd_ps(p, r, _mm512_set1_ps(1.3981999507e-3f));
  p = _mm512_fmadd_ps(p, r, _mm512_set1_ps(8.3334519073e-3f));
  p = _mm512_fmadd_ps(p, r, _mm512_set1_ps(4.1665795894e-2f));
  p = _mm512_fmadd_ps(p, r, _mm512_set1_ps(1.6666665459e-1f));
  p = _mm512_fmadd_ps(p, r, _mm512_set1_ps(5.0000001201e-1f));
  p = _mm512_fmadd_ps(_mm512_mul_ps(p, r), r, _mm512_add_ps(r, _mm512_set1_ps(1.f)));
  return _mm512_scalef_ps(p, n);
}

/// 1 / x for x from 1 up: the processor's 14 bits and one step of Newton's method.
GIEMSA_AVX512 __m512 reciprocal(__m512 x) {
  const __m512 r = _mm512_rcp14_ps(x);
  return _mm512_mul_ps(r, _mm512_fnmadd_ps(x, r, _mm512_set1_ps(2.f)));
}

/// x · sigmoid(x).
GIEMSA_AVX512 __m512 silu(__m512 x) {
  const __m512 minus = _mm512_sub_ps(_mm512_setzero_ps(), x);
  return _mm512_mul_ps(x, reciprocal(_mm512_add_ps(_mm512_set1_ps(1.f), exp(minus))));
}

/// x · (1 + erf(x / √2)) / 2, with erf after Abramowitz and Stegun 7.1.26, good to 1.5e-7.
GIEMSA_AVX512 __m512 gelu(__m512 x) {
  const __m512 z = _mm512_abs_ps(_mm512_mul_ps(x, _mm512_set1_ps(0.70710678f)));
  const __m512 t = reciprocal(_mm512_fmadd_ps(z, _mm512_set1_ps(0.3275911f), _mm512_set1_ps(1.f)));
  __m512 p = _mm512_set1_ps(1.061405429f);
  p = _mm512_fmadd_ps(p, t, _mm512_set1_ps(-1.453152027f));
  p = _mm512_fmadd_ps(p, t, _mm512_set1_ps(1.421413741f));
  p = _mm512_fmadd_ps(p, t, _mm512_set1_ps(-0.284496736f));
  p = _mm512_fmadd_ps(p, t, _mm512_set1_ps(0.254829592f));
  p = _mm512_mul_ps(p, t);
  const __m512 tail = _mm512_mul_ps(p, exp(_mm512_sub_ps(_mm512_setzero_ps(), _mm512_mul_ps(z, z))));
  // 1 - tail is erf(|z|): gelu = x / 2 · (1 ± (1 - tail)).
  const __m512 half = _mm512_mul_ps(x, _mm512_set1_ps(0.5f));
  const __m512 lower = _mm512_mul_ps(half, tail);  // for x < 0
  const __m512 upper = _mm512_sub_ps(x, lower);
  const __mmask16 negative = _mm512_cmp_ps_mask(x, _mm512_setzero_ps(), _CMP_LT_OQ);
  return _mm512_mask_blend_ps(negative, upper, lower);
}

}  // namespace giemsa::avx512
#endif
