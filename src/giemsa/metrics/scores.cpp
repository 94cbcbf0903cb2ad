#include "giemsa/metrics/scores.h"

#include <limits>

namespace giemsa {
namespace {

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

double quotient_or_zero(double numerator, double denominator) {
  return denominator == 0 ? 0 : numerator / denominator;
}

/// Σ weight·score / Σ weight over the classes; weight(k) says how much class k counts.
template <class Weight>
Scores average(const ConfusionMatrix& matrix, Weight weight) {
  Scores sum;
  double weights = 0;
  const std::vector<Scores> scores = class_scores(matrix);
  for (int k = 0; k < matrix.classes(); ++k) {
    const Scores& s = scores[static_cast<std::size_t>(k)];
    const double w = weight(k);
    sum.precision += w * s.precision;
    sum.recall += w * s.recall;
    sum.f1 += w * s.f1;
    weights += w;
  }
  return {quotient_or_zero(sum.precision, weights), quotient_or_zero(sum.recall, weights),
          quotient_or_zero(sum.f1, weights)};
}

}  // namespace

std::vector<Scores> class_scores(const ConfusionMatrix& matrix) {
  std::vector<Scores> scores;
  for (int k = 0; k < matrix.classes(); ++k) {
    const auto hits = static_cast<double>(matrix.at(k, k));
    const auto truths = static_cast<double>(matrix.truths(k));
    const auto predictions = static_cast<double>(matrix.predictions(k));
    scores.push_back({quotient_or_zero(hits, predictions), quotient_or_zero(hits, truths),
                      quotient_or_zero(2 * hits, truths + predictions)});
  }
  return scores;
}

Scores macro_average(const ConfusionMatrix& matrix) {
  return average(matrix, [](int) { return 1.0; });
}

Scores weighted_average(const ConfusionMatrix& matrix) {
  return average(matrix, [&](int k) { return static_cast<double>(matrix.truths(k)); });
}

double accuracy(const ConfusionMatrix& matrix) {
  const std::int64_t total = matrix.total();
  return total == 0 ? kNaN : static_cast<double>(matrix.right()) / static_cast<double>(total);
}

double balanced_accuracy(const ConfusionMatrix& matrix) {
  double sum = 0;
  int present = 0;
  for (int k = 0; k < matrix.classes(); ++k) {
    const std::int64_t truths = matrix.truths(k);
    if (truths == 0) continue;
    sum += static_cast<double>(matrix.at(k, k)) / static_cast<double>(truths);
    ++present;
  }
  return present == 0 ? kNaN : sum / present;
}

}  // namespace giemsa
