#pragma once
#include <cstddef>
#include <span>
#include <vector>

namespace giemsa {

/// What a covariance and its shrinkage are made from. The moments of the parts of a set add up to those of
/// the set, so that records can be left out without looking at the others again.
struct RowMoments {
  std::size_t columns = 0;       ///< D
  double count = 0;              ///< records
  std::vector<double> sums;      ///< [D]: Σ x
  std::vector<double> products;  ///< [D, D]: Σ x xᵀ, upper triangle
  std::vector<double> thirds;    ///< [D]: Σ |x|² x
  double fourths = 0;            ///< Σ |x|⁴

  RowMoments& operator+=(const RowMoments& other);
  RowMoments& operator-=(const RowMoments& other);
};

/// rows: [N, columns], N ≥ 0, best not far from 0: numbers of that size are subtracted from each other later.
/// Summed in double precision. Throws Internal if the size does not fit.
RowMoments row_moments(std::span<const double> rows, std::size_t columns);
RowMoments row_moments(std::span<const float> rows, std::size_t columns);

}  // namespace giemsa
