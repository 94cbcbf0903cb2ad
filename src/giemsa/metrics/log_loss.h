#pragma once
#include <span>
#include <vector>

namespace giemsa {

/// -ln p(true class) of each picture, in nats. As scikit-learn 1.2's log_loss on float64: probabilities are
/// clipped to [2⁻⁵², 1 - 2⁻⁵²], then each row is divided by its sum. probabilities: [N, K], labels: [N] in
/// [0, K) → [N]. Throws as check_probabilities.
std::vector<double> log_losses(std::span<const float> probabilities, std::span<const int> labels,
                               int classes);

/// Their mean; NaN without pictures.
double log_loss(std::span<const float> probabilities, std::span<const int> labels, int classes);

}  // namespace giemsa
