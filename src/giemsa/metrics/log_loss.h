#pragma once
#include <span>

namespace giemsa {

/// The mean of -ln p(true class), in nats. As scikit-learn 1.2's log_loss on float64: probabilities are
/// clipped to [2⁻⁵², 1 - 2⁻⁵²], then each row is divided by its sum. NaN without pictures. probabilities: [N,
/// K], labels: [N] in [0, K). Throws Internal for shapes that do not fit, Data for a label outside or a
/// probability that is NaN.
double log_loss(std::span<const float> probabilities, std::span<const int> labels, int classes);

}  // namespace giemsa
