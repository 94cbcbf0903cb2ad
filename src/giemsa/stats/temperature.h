#pragma once
#include <span>
#include <vector>

#include "giemsa/stats/confident_learning.h"

namespace giemsa {

/// The temperature T at which probabilities p^(1/T), made to sum to one, explain the labels best, where a
/// share `wrong` of the labels is wrong and may then name any other class. Below 1: the predictions were too
/// timid, as after label smoothing or a short training; above 1: too bold. Temperature scaling is of Guo et
/// al. 2017 (arXiv 1706.04599); that some labels are wrong is ours, so that they do not make a good model
/// timid. Looks at no more than 4,096 records, spread evenly. 1 where no record has both a label and
/// predictions.
double fit_temperature(const OutOfFold& predictions, std::span<const int> labels, int classes, double wrong);

/// probabilities: [N, K] → [N, K], each row p^(1/temperature) made to sum to one.
std::vector<float> tempered(std::span<const float> probabilities, int classes, double temperature);

}  // namespace giemsa
