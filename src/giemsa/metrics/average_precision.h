#pragma once
#include <span>
#include <vector>

namespace giemsa {

/// The area under the precision-recall curve of "this class or any other", one per class, as
/// average_precision_score: the precision at each distinct score, weighted by the recall that it adds; no
/// interpolation. O(K · N log N). 1 for a class that is alone; NaN for one that is absent, where scikit-learn
/// says 0 with a warning. For the mean over the classes see macro_auc and weighted_auc of roc_auc.h.
/// probabilities: [N, K], labels: [N] in [0, K). Throws as check_probabilities.
std::vector<double> one_vs_rest_average_precision(std::span<const float> probabilities,
                                                  std::span<const int> labels, int classes);

}  // namespace giemsa
