#pragma once
#include <cstddef>
#include <span>
#include <vector>

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
/// rows: [N, columns], N ≥ 1. Throws Internal if the size does not fit.
ShrinkageCovariance ledoit_wolf(std::span<const double> rows, std::size_t columns);

}  // namespace giemsa
