#pragma once
#include <span>

namespace giemsa {

/// What every figure of this folder asks of its input. probabilities: [N, K], labels: [N] in [0, K). Throws
/// Internal for shapes that do not fit, Data for a label outside and for a probability that is no finite
/// number: NaN has no place in an order.
void check_probabilities(std::span<const float> probabilities, std::span<const int> labels, int classes);

}  // namespace giemsa
