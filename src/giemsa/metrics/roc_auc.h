#pragma once
#include <cstdint>
#include <span>
#include <vector>

namespace giemsa {

/// The area under the ROC curve of "this class or any other", one per class: the probability that a picture
/// of the class gets a higher score for it than a picture of another class, a tie counting one half. By
/// sorting (Hanley, McNeil 1982, doi:10.1148/radiology.143.1.7063747), O(K · N log N). probabilities: [N, K],
/// labels: [N] in [0, K). NaN for a class that is absent or alone. Throws as check_probabilities.
std::vector<double> one_vs_rest_auc(std::span<const float> probabilities, std::span<const int> labels,
                                    int classes);

/// The mean of the areas that are defined (roc_auc_score(multi_class="ovr", average="macro")); NaN if none
/// is. class_auc: [K], under either curve.
double macro_auc(std::span<const double> class_auc);

/// The same, each class weighted by its number of pictures (average="weighted"). support: [K].
double weighted_auc(std::span<const double> class_auc, std::span<const std::int64_t> support);

}  // namespace giemsa
