#include "giemsa/trust/novelty.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "giemsa/core/error.h"
#include "giemsa/core/vector_clones.h"
#include "giemsa/trust/unit_length.h"

namespace giemsa {
namespace {

/// out[p] = Σ over d of axis[p, d] · x[d]. Four axes at a time, in lanes that the compiler keeps in
/// registers.
GIEMSA_VECTOR_CLONES void along_axes(const float* axis, std::size_t axes, const float* x, std::size_t count,
                                     float* out) {
  constexpr std::size_t kLanes = 16;
  for (std::size_t p = 0; p < axes; ++p) {
    const float* a = axis + p * count;
    float lanes[kLanes] = {};
    std::size_t d = 0;
    for (; d + kLanes <= count; d += kLanes)
      for (std::size_t l = 0; l < kLanes; ++l) lanes[l] += a[d + l] * x[d + l];
    for (std::size_t l = 0; d < count; ++d, ++l) lanes[l] += a[d] * x[d];
    float sum = 0;
    for (const float lane : lanes) sum += lane;
    out[p] = sum;
  }
}

/// out[j] = Σ over i ≤ j of z[i] · matrix[i, j].
GIEMSA_VECTOR_CLONES void whiten(const float* matrix, std::size_t axes, const float* z, float* out) {
  std::fill_n(out, axes, 0.f);
  for (std::size_t i = 0; i < axes; ++i)
    for (std::size_t j = i; j < axes; ++j) out[j] += z[i] * matrix[i * axes + j];
}

double squared_length(std::span<const float> x) {
  double sum = 0;
  for (const float value : x) sum += static_cast<double>(value) * value;
  return sum;
}

}  // namespace

float Novelty::score(std::span<const float> picture_features) const {
  require(picture_features.size() == features, ErrorKind::Internal,
          "[trust] novelty needs as many features as it was fitted on");
  thread_local std::vector<float> work;
  work.resize(features + 2 * axes);
  const std::span x(work.data(), features), z(work.data() + features, axes);
  const std::span white(work.data() + features + axes, axes);
  to_unit_length(picture_features, x);
  for (std::size_t d = 0; d < features; ++d) x[d] -= mean[d];

  along_axes(axis.data(), axes, x.data(), features, z.data());
  whiten(whitening.data(), axes, z.data(), white.data());
  double nearest = std::numeric_limits<double>::infinity();
  for (std::size_t c = 0; c < classes; ++c) {
    double distance = 0;
    for (std::size_t p = 0; p < axes; ++p) {
      const double gap = static_cast<double>(white[p]) - centres[c * axes + p];
      distance += gap * gap;
    }
    nearest = std::min(nearest, distance);
  }
  const double rest = std::max(squared_length(x) - squared_length(z), 0.0);
  return static_cast<float>(std::sqrt((nearest + rest * rest_scale) / static_cast<double>(features)));
}

}  // namespace giemsa
