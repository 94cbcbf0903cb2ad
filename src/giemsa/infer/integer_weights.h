#pragma once
#include <cstdint>
#include <span>
#include <vector>

namespace giemsa {

/// Weights as integers, one row for each output channel: weight = integer · scale[o].
struct IntegerWeights {
  std::vector<std::int8_t> values;
  std::vector<float> scale;  ///< [O]
};

/// Rounds weights to the nearest integers of at most `largest` in magnitude.
IntegerWeights integer_weights(std::span<const float> weight, std::size_t outputs, float largest);

}  // namespace giemsa
