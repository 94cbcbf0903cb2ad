#include "giemsa/metrics/average_precision.h"

#include "giemsa/metrics/probabilities.h"
#include "giemsa/metrics/ranking.h"

namespace giemsa {

std::vector<double> one_vs_rest_average_precision(std::span<const float> probabilities,
                                                  std::span<const int> labels, int classes) {
  check_probabilities(probabilities, labels, classes);
  std::vector<double> areas;
  for (int k = 0; k < classes; ++k) {
    const Ranking ranking = rank_by_class(probabilities, classes, k);
    areas.push_back(areas_of_class(ranking, labels, k, {}).average_precision);
  }
  return areas;
}

}  // namespace giemsa
