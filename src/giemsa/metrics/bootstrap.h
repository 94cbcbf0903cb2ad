#pragma once
#include <cstddef>
#include <cstdint>
#include <functional>
#include <limits>
#include <span>
#include <vector>

namespace giemsa {

/// Where a figure would lie had other pictures of the same kind been measured.
struct Interval {
  double low = std::numeric_limits<double>::quiet_NaN();
  double high = std::numeric_limits<double>::quiet_NaN();
};

struct BootstrapOptions {
  std::int64_t resamples = 2000;  ///< 0: no intervals
  double level = 0.95;            ///< the share of resamples that lies inside
  std::int64_t seed = 1;
  int threads = 0;  ///< 0: one per processor; does not change the numbers
};

/// Writes the figures of pictures of which each counts weights[i] times. weights: [N], figures: [F]. It is
/// called from several threads at once.
using WeightedFigures = std::function<void(std::span<const int> weights, std::span<double> figures)>;

/// The figures of resampled pictures, column[f][r] of figure f and resample r. Of each true class as many
/// pictures are drawn, with replacement, as it has (stratified), so that no class gets lost. Resample r draws
/// the same pictures whatever is measured. labels: [N] → [F, resamples]; empty columns where no class has two
/// pictures: there nothing varies, and nothing can be said. Throws Usage for options that make no sense.
std::vector<std::vector<double>> bootstrap_figures(std::span<const int> labels, std::size_t figures,
                                                   const WeightedFigures& measure,
                                                   const BootstrapOptions& options);

/// Their percentile intervals, [F] (Efron, Tibshirani 1993, ch. 13).
std::vector<Interval> bootstrap_intervals(std::span<const int> labels, std::size_t figures,
                                          const WeightedFigures& measure, const BootstrapOptions& options);

/// The middle `level` of some values; quantiles between two of them as numpy takes them (linear). Values that
/// are NaN are left out; without any others there are no bounds.
Interval percentile_interval(std::vector<double> values, double level);

}  // namespace giemsa
