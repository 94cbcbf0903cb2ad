#pragma once
#include <cstddef>
#include <span>
#include <vector>

#include "giemsa/stats/shrinkage_covariance.h"

namespace giemsa {

/// A normal distribution: measures how far a point lies from the mean, in units of the spread along its
/// direction.
class Gaussian {
 public:
  /// `floor` > 0 is added to the variance of every feature, which keeps directions without spread from
  /// counting endlessly. Throws Internal if the covariance plus the floor is not positive definite.
  Gaussian(const ShrinkageCovariance& covariance, double floor);

  std::size_t columns() const { return columns_; }
  /// The rows in coordinates in which the Gaussian is a unit sphere about 0, so that plain distances are
  /// Mahalanobis distances. [N, D] → [N, D]
  std::vector<float> whitened(std::span<const float> rows) const;
  /// Mahalanobis distances, squared. rows: [N, D] → [N]
  std::vector<double> squared_distances(std::span<const double> rows) const;
  std::vector<float> squared_distances(std::span<const float> rows) const;
  /// Of one record; of one that lies further than `limit`, any number beyond `limit`, which takes less time.
  float squared_distance(std::span<const float> row, float limit) const;

 private:
  /// In the precision of the rows that are measured.
  template <class T>
  struct Whitening {
    std::vector<T> mean;  ///< [D]
    std::vector<T>
        matrix;  ///< [D, step_]: the inverse of the covariance's Cholesky factor, transposed: upper
  };
  template <class T>
  std::vector<T> distances_of(std::span<const T> rows, const Whitening<T>& whitening) const;

  std::size_t columns_, step_;  ///< step_: columns_ up to whole blocks, filled with 0
  Whitening<double> exact_;
  Whitening<float> fast_;
};

/// The squared distance that a record would have to the mean and covariance of the other n - 1 records, from
/// the one to those of all n (by Sherman and Morrison; exact without shrinkage). Records that were
/// counted lie nearer than others do, the more so the fewer there are.
double held_out(double squared_distance, std::size_t n);

}  // namespace giemsa
