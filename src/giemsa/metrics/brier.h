#pragma once
#include <span>
#include <vector>

namespace giemsa {

// Brier's own score (Brier 1950, doi:10.1175/1520-0493(1950)078<0001:VOFEIT>2.0.CO;2): the squared distance
// of the probabilities from the truth, summed over the classes, so from 0 (sure and right) to 2 (sure and
// wrong). For two classes that is twice scikit-learn's brier_score_loss, which looks at one of them. Rows are
// taken as they are, also where they do not sum to one.

/// Σ_k (p_k - [k is true])² of each picture. probabilities: [N, K], labels: [N] in [0, K) → [N]. Throws as
/// check_probabilities.
std::vector<double> brier_scores(std::span<const float> probabilities, std::span<const int> labels,
                                 int classes);

/// Their mean; NaN without pictures.
double brier_score(std::span<const float> probabilities, std::span<const int> labels, int classes);

}  // namespace giemsa
