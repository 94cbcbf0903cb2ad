#include "giemsa/trust/unit_length.h"

#include <cmath>

namespace giemsa {

void to_unit_length(std::span<const float> features, std::span<float> out) {
  double square = 0;
  for (const float value : features) square += static_cast<double>(value) * value;
  const double factor = square > 0 ? 1 / std::sqrt(square) : 0;
  for (std::size_t i = 0; i < features.size(); ++i) out[i] = static_cast<float>(features[i] * factor);
}

}  // namespace giemsa
