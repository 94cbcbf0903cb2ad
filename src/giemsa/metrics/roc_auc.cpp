#include "giemsa/metrics/roc_auc.h"

#include <cmath>
#include <limits>

#include "giemsa/metrics/probabilities.h"
#include "giemsa/metrics/ranking.h"

namespace giemsa {
namespace {

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

}  // namespace

std::vector<double> one_vs_rest_auc(std::span<const float> probabilities, std::span<const int> labels,
                                    int classes) {
  check_probabilities(probabilities, labels, classes);
  std::vector<double> areas;
  for (int k = 0; k < classes; ++k) {
    const Ranking ranking = rank_by_class(probabilities, classes, k);
    areas.push_back(areas_of_class(ranking, labels, k, {}).roc_auc);
  }
  return areas;
}

double macro_auc(std::span<const double> class_auc) {
  double sum = 0;
  int defined = 0;
  for (const double area : class_auc) {
    if (std::isnan(area)) continue;
    sum += area;
    ++defined;
  }
  return defined == 0 ? kNaN : sum / defined;
}

double weighted_auc(std::span<const double> class_auc, std::span<const std::int64_t> support) {
  double sum = 0, counted = 0;
  for (std::size_t k = 0; k < class_auc.size(); ++k) {
    if (std::isnan(class_auc[k])) continue;
    const auto pictures = static_cast<double>(support[k]);
    sum += class_auc[k] * pictures;
    counted += pictures;
  }
  return counted == 0 ? kNaN : sum / counted;
}

}  // namespace giemsa
