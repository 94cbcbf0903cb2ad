#include "giemsa/infer/integer_weights.h"

#include <algorithm>
#include <cmath>

namespace giemsa {

IntegerWeights integer_weights(std::span<const float> weight, std::size_t outputs, float largest) {
  IntegerWeights result{std::vector<std::int8_t>(weight.size()), std::vector<float>(outputs, 1.f)};
  const std::size_t row = weight.size() / outputs;
  for (std::size_t o = 0; o < outputs; ++o) {
    const auto values = weight.subspan(o * row, row);
    float magnitude = 0;
    for (const float w : values) magnitude = std::max(magnitude, std::abs(w));
    if (magnitude > 0) result.scale[o] = magnitude / largest;
    for (std::size_t i = 0; i < row; ++i)
      result.values[o * row + i] = static_cast<std::int8_t>(std::lround(values[i] / result.scale[o]));
  }
  return result;
}

}  // namespace giemsa
