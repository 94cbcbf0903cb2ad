#pragma once
#include <cstdint>
#include <span>
#include <vector>

#include "giemsa/metrics/bootstrap.h"

namespace giemsa {

/// McNemar's test (McNemar 1947, doi:10.1007/BF02295996): whether one of two models is right more often on
/// the same pictures. Only pictures speak of which one model is right and the other wrong.
struct McNemar {
  std::int64_t only_first = 0;   ///< pictures that only the first model named rightly
  std::int64_t only_second = 0;  ///< pictures that only the second model named rightly
  /// Below kMcNemarExactBelow such pictures: the two-sided binomial test, without approximation. Otherwise
  /// chi-square of one degree of freedom with Edwards' correction for continuity.
  bool exact = true;
  double chi_square = 0;  ///< (|difference| - 1)² / sum; NaN where exact
  double p = 1;           ///< how often chance alone makes a difference as large; 1 without such pictures
};

inline constexpr std::int64_t kMcNemarExactBelow = 25;

/// first_right, second_right: [N], 0 or 1. Throws Internal for lengths that differ.
McNemar mcnemar(std::span<const std::uint8_t> first_right, std::span<const std::uint8_t> second_right);

/// How much higher a figure is with the second model than with the first.
struct PairedDifference {
  double difference = 0;
  Interval interval;  ///< of the difference, when both are measured on the same resampled pictures
  /// Two-sided: twice the share of resamples that lie on the rarer side of zero or on it, counting one more
  /// resample on either side, at most 1. NaN where the interval is.
  double p = 1;
};

/// One for each of `figures` figures. first, second: measure the models on the same N pictures; labels: [N].
/// Throws as bootstrap_figures.
std::vector<PairedDifference> paired_bootstrap(std::span<const int> labels, std::size_t figures,
                                               const WeightedFigures& first, const WeightedFigures& second,
                                               const BootstrapOptions& options);

}  // namespace giemsa
