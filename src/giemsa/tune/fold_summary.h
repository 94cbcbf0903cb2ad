#pragma once
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "giemsa/eval/evaluation.h"

namespace giemsa {

/// Mean and sample standard deviation (divisor n - 1) over the values that are numbers; NaN where there are
/// too few: none for the mean, one for the deviation.
struct Spread {
  double mean = 0, deviation = 0;
};
Spread spread_of(std::span<const double> values);

/// What the model of one fold came to on it.
struct FoldResult {
  Evaluation evaluation;        ///< on the held-out fold
  std::int64_t best_epoch = 0;  ///< whose weights are the model, chosen on the val part
  std::int64_t epochs = 0;
};

/// The figures that are averaged over the folds.
struct FoldMetric {
  const char* name;   ///< in crossval.json
  const char* title;  ///< for people
  bool share;         ///< of 1, shown in per cent
  double (*of)(const Evaluation&);
};
std::span<const FoldMetric> fold_metrics();

/// Over the folds.
Spread spread_over(const FoldMetric& metric, std::span<const FoldResult> folds);
/// The recall of class k over the folds that hold it.
Spread recall_spread(std::size_t k, std::span<const FoldResult> folds);

}  // namespace giemsa
