#pragma once
#include <cstddef>
#include <vector>

#include "giemsa/stats/row_moments.h"

namespace giemsa {

/// Mean and covariance of some records' features.
struct ShrinkageCovariance {
  std::vector<double> mean;    ///< [D]
  std::vector<double> values;  ///< [D, D], symmetric
  double shrinkage = 0;        ///< 0: the plain covariance … 1: a multiple of the unit matrix
};

/// The covariance of Ledoit and Wolf ("A well-conditioned estimator for large-dimensional covariance
/// matrices", 2004): between the plain covariance (divided by N) and a multiple of the unit matrix, at the
/// point that is expected to err least. Never worse conditioned than the data force it to be, also with fewer
/// records than features; all 0 where all records are equal. As scikit-learn's LedoitWolf.
/// Of N ≥ 1 records, else throws Internal.
ShrinkageCovariance ledoit_wolf(const RowMoments& moments);

}  // namespace giemsa
