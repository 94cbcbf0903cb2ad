#include "giemsa/tune/fold_summary.h"

#include <array>
#include <cmath>
#include <limits>

namespace giemsa {

Spread spread_of(std::span<const double> values) {
  constexpr double kNone = std::numeric_limits<double>::quiet_NaN();
  double sum = 0, squares = 0, count = 0;
  for (const double value : values) {
    if (std::isnan(value)) continue;
    sum += value;
    ++count;
  }
  if (count == 0) return {kNone, kNone};
  const double mean = sum / count;
  for (const double value : values) {
    if (!std::isnan(value)) squares += (value - mean) * (value - mean);
  }
  return {mean, count > 1 ? std::sqrt(squares / (count - 1)) : kNone};
}

std::span<const FoldMetric> fold_metrics() {
  static constexpr std::array kMetrics{
      FoldMetric{"accuracy", "Accuracy", true, [](const Evaluation& e) { return e.accuracy; }},
      FoldMetric{"balanced_accuracy", "Balanced accuracy", true,
                 [](const Evaluation& e) { return e.balanced_accuracy; }},
      FoldMetric{"macro_f1", "Macro F1", true, [](const Evaluation& e) { return e.macro.f1; }},
      FoldMetric{"roc_auc", "ROC AUC", true, [](const Evaluation& e) { return e.roc_auc; }},
      FoldMetric{"log_loss", "Loss", false, [](const Evaluation& e) { return e.log_loss; }},
  };
  return kMetrics;
}

Spread spread_over(const FoldMetric& metric, std::span<const FoldResult> folds) {
  std::vector<double> values;
  for (const FoldResult& fold : folds) values.push_back(metric.of(fold.evaluation));
  return spread_of(values);
}

Spread recall_spread(std::size_t k, std::span<const FoldResult> folds) {
  std::vector<double> values;
  for (const FoldResult& fold : folds) {
    if (fold.evaluation.classes[k].support > 0) values.push_back(fold.evaluation.classes[k].recall);
  }
  return spread_of(values);
}

}  // namespace giemsa
