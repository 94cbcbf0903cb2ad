#pragma once
#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include "giemsa/core/options.h"
#include "giemsa/stats/feature_matrix.h"

namespace giemsa {

struct OutlierOptions {
  double sigmas = 5;  ///< how far beyond the bulk of all distances, on a logarithmic scale, a record must lie
};
void describe(OptionVisitor& visit, OutlierOptions& options);

/// How far one record lies from the others, in Mahalanobis distances (not squared).
struct OutlierScore {
  float own = 0;       ///< to the record's own class; where it has none or is alone in it, to all records
  float nearest = 0;   ///< to the nearest class; without classes, to all records
  float relative = 0;  ///< own² less the squared distance to all records: what speaks against the class only
  int own_class = -1;  ///< the class that `own` was measured to; -1: to all records
  int nearest_class = -1;  ///< -1: no class has records
  bool outlier = false;    ///< own > OutlierScores::threshold
};

struct OutlierScores {
  std::vector<OutlierScore> records;  ///< one per row
  float median = 0;                   ///< half of all records have a smaller `own`
  float threshold = 0;                ///< from `own` on a record is an outlier
  std::size_t dimensions = 0;         ///< in which distances were measured
};

/// From so many records on there is a bulk to lie outside of; with fewer none is an outlier.
inline constexpr std::size_t kLeastRecordsForOutliers = 50;

/// Mahalanobis distances of `features` [N, D] to the classes `labels` [N] (-1: none), and who lies too far.
/// Features may be an Appearance (appearance.h) or a network's; more than 128 are reduced to 64 principal
/// components first (standardise.h). Each class has its own mean and shrinkage covariance, fitted to its
/// bulk (of at most 4,096 of its records); with fewer than twice as many records as dimensions it shares the
/// covariance of all classes about their means. The relative distance is that of Ren et al. 2021
/// (arXiv:2106.09022), there with one covariance for all classes. The limit is no chi-square quantile, which
/// far too many real pictures pass, but lies `sigmas` beyond the bulk of the distances' logarithms
/// (robust_bulk.h). Pass distinct pictures only: one that is repeated hundreds of times makes a bulk of its
/// own. Throws Data, naming the record, if a number is not finite; Internal if `labels` does not fit.
OutlierScores find_outliers(FeatureMatrix features, std::span<const int> labels,
                            const OutlierOptions& options = {});

/// "Mahalanobis distance 31.2 to class monocyte; half of all records lie within 7.8, the limit is 19.4".
std::string outlier_evidence(const OutlierScores& scores, std::size_t record,
                             std::span<const std::string> classes);

}  // namespace giemsa
