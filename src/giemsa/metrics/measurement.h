#pragma once
#include <cstddef>
#include <span>
#include <vector>

#include "giemsa/metrics/bootstrap.h"
#include "giemsa/metrics/confusion.h"
#include "giemsa/metrics/figures.h"
#include "giemsa/metrics/ranking.h"
#include "giemsa/metrics/risk_coverage.h"

namespace giemsa {

/// Measures the same pictures again and again, each time counting each of them another number of times: what
/// is slow (sorting, logarithms) is done once, a measurement is O(K · N).
///
///     const Measurement measurement(probabilities, labels, 8);
///     const Figures<double> figures = measurement.figures();
///     const Figures<Interval> intervals = measurement.intervals({.resamples = 2000, .seed = 1});
class Measurement {
 public:
  /// probabilities: [N, K], labels: [N] in [0, K). Throws as check_probabilities.
  Measurement(std::span<const float> probabilities, std::span<const int> labels, int classes);

  /// weights: [N], how often each picture counts.
  ConfusionMatrix confusion(std::span<const int> weights) const;
  Figures<double> figures(std::span<const int> weights) const;
  /// Every picture once. These are the numbers of the functions of this folder.
  Figures<double> figures() const;
  /// By the bootstrap, stratified by true class.
  Figures<Interval> intervals(const BootstrapOptions& options) const;

 private:
  double calibration_error(std::span<const int> weights) const;
  RiskAreas risk(std::span<const int> weights) const;
  /// All figures as a row of numbers, in the order of for_each_figure.
  void write_figures(std::span<const int> weights, std::span<double> row) const;
  std::size_t figure_count() const;

  int classes_;
  std::vector<int> labels_, predicted_;            // [N]
  std::vector<Ranking> by_class_;                  // [K]
  Ranking by_confidence_;                          // the surest first
  std::vector<double> log_losses_, brier_scores_;  // [N]
  std::vector<float> confidence_;                  // [N] the largest probability
  std::vector<int> bin_;                           // [N] of reliability()
};

}  // namespace giemsa
