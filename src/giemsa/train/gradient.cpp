#include "giemsa/train/gradient.h"

#include <algorithm>

#include "giemsa/core/vector_clones.h"

namespace giemsa {

GIEMSA_VECTOR_CLONES double sum_of_squares(const float* __restrict gradient, const float* __restrict param,
                                           std::int64_t n, GradientTerms terms) {
  constexpr std::int64_t kSums = 16;  // side by side, so that the compiler may use vectors
  double sums[kSums] = {};
  std::int64_t i = 0;
  for (; i + kSums <= n; i += kSums) {
    for (std::int64_t k = 0; k < kSums; ++k) {
      const double value = terms(gradient[i + k], param[i + k]);
      sums[k] += value * value;
    }
  }
  for (; i < n; ++i) {
    const double value = terms(gradient[i], param[i]);
    sums[0] += value * value;
  }
  double sum = 0;
  for (const double part : sums) sum += part;
  return sum;
}

double clip_factor(double norm, double clip_norm) { return std::min(1.0, clip_norm / (norm + 1e-6)); }

}  // namespace giemsa
