#pragma once
#include <cstddef>
#include <span>
#include <vector>

#include "giemsa/stats/mahalanobis.h"

namespace giemsa {

/// Where the bulk of some distances lies, on a logarithmic scale: there they are close to symmetric, and
/// median and median deviation hardly notice even 10 % of strays. (A chi-square quantile, which normal
/// features would obey, is passed by several per cent of real pictures.)
struct DistanceBulk {
  double median = 1;     ///< half of all distances are smaller
  double log_sigma = 0;  ///< 1.4826 times the median deviation of the logarithms; at least 0.2

  /// How many sigmas beyond the median a distance lies.
  double sigmas(double distance) const;
  /// The reverse.
  double distance_at(double sigmas) const;
};
/// Of N ≥ 1 distances.
DistanceBulk bulk_of(std::span<const double> distances);

/// A Gaussian of those records that belong together.
struct RobustFit {
  Gaussian gaussian;
  std::vector<double> distances;  ///< [N], not squared; held out (held_out) for those that were counted
  DistanceBulk bulk;
};

/// Added to the variance of standardised features, so that one which hardly varies within the bulk cannot
/// outweigh the others.
inline constexpr double kVarianceFloor = 0.02;

/// Of more records than this, so many that are evenly chosen are fitted.
inline constexpr std::size_t kMostFitted = 4096;

/// Fits a Gaussian to `rows` [N, D] (N ≥ 1) of standardised features, leaves out what lies further than three
/// sigmas beyond the bulk, and repeats until less than one record in 1,000 changes sides (at most ten times).
/// Finds its way past about 5 % of strays, unless they lie in one heap that is not far off. Nothing random.
RobustFit fit_bulk(std::span<const float> rows, std::size_t columns);

}  // namespace giemsa
