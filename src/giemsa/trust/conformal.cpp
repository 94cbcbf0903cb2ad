#include "giemsa/trust/conformal.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "giemsa/core/error.h"

namespace giemsa {

float ConformalSets::limit(double at_level) const {
  require(at_level > 0 && at_level < 1, ErrorKind::Usage,
          fmt::format("[trust] a level of {} for sets; it must lie between 0 and 1", at_level));
  // 20 · 0.95 shall be 19, however it is rounded.
  const double rank = std::ceil(static_cast<double>(scores.size() + 1) * at_level - 1e-9);
  if (rank > static_cast<double>(scores.size())) return std::numeric_limits<float>::infinity();
  return scores[static_cast<std::size_t>(std::max(rank, 1.0)) - 1];
}

float improbability(std::span<const double> probabilities, std::size_t of_class) {
  double others = 0;
  for (std::size_t c = 0; c < probabilities.size(); ++c) {
    if (c != of_class) others += probabilities[c];
  }
  return static_cast<float>(others);
}

}  // namespace giemsa
