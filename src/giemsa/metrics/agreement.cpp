#include "giemsa/metrics/agreement.h"

#include <cmath>
#include <limits>

namespace giemsa {
namespace {

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

/// Sums over the classes, as doubles: their products leave 64-bit integers at 10⁵ pictures squared.
struct Sums {
  double total = 0, right = 0;
  double truths_squared = 0, predictions_squared = 0, truths_predictions = 0;
};

Sums sums_of(const ConfusionMatrix& matrix) {
  Sums s{.total = static_cast<double>(matrix.total()), .right = static_cast<double>(matrix.right())};
  for (int k = 0; k < matrix.classes(); ++k) {
    const auto truths = static_cast<double>(matrix.truths(k));
    const auto predictions = static_cast<double>(matrix.predictions(k));
    s.truths_squared += truths * truths;
    s.predictions_squared += predictions * predictions;
    s.truths_predictions += truths * predictions;
  }
  return s;
}

}  // namespace

double matthews_correlation(const ConfusionMatrix& matrix) {
  const Sums s = sums_of(matrix);
  if (s.total == 0) return kNaN;
  const double of_truths = s.total * s.total - s.truths_squared;
  const double of_predictions = s.total * s.total - s.predictions_squared;
  if (of_truths == 0 || of_predictions == 0) return 0;
  return (s.right * s.total - s.truths_predictions) / std::sqrt(of_truths) / std::sqrt(of_predictions);
}

double cohen_kappa(const ConfusionMatrix& matrix) {
  const Sums s = sums_of(matrix);
  const double by_chance = s.truths_predictions / s.total;
  return s.total == by_chance ? kNaN : (s.right - by_chance) / (s.total - by_chance);
}

}  // namespace giemsa
