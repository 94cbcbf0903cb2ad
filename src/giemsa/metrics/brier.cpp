#include "giemsa/metrics/brier.h"

#include <limits>
#include <numeric>

#include "giemsa/metrics/probabilities.h"

namespace giemsa {

std::vector<double> brier_scores(std::span<const float> probabilities, std::span<const int> labels,
                                 int classes) {
  check_probabilities(probabilities, labels, classes);
  const auto k_count = static_cast<std::size_t>(classes);
  std::vector<double> scores(labels.size());
  for (std::size_t i = 0; i < labels.size(); ++i) {
    for (std::size_t k = 0; k < k_count; ++k) {
      const double truth = labels[i] == static_cast<int>(k) ? 1 : 0;
      const double distance = probabilities[i * k_count + k] - truth;
      scores[i] += distance * distance;
    }
  }
  return scores;
}

double brier_score(std::span<const float> probabilities, std::span<const int> labels, int classes) {
  const std::vector<double> scores = brier_scores(probabilities, labels, classes);
  if (scores.empty()) return std::numeric_limits<double>::quiet_NaN();
  return std::accumulate(scores.begin(), scores.end(), 0.0) / static_cast<double>(scores.size());
}

}  // namespace giemsa
