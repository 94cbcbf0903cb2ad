#include "giemsa/stats/shrinkage_covariance.h"

#include <Eigen/Core>
#include <algorithm>

#include "giemsa/core/error.h"

namespace giemsa {
namespace {

using RowMatrix = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

}  // namespace

ShrinkageCovariance ledoit_wolf(const RowMoments& moments) {
  require(moments.columns > 0 && moments.count >= 1, ErrorKind::Internal,
          "[inspect] a covariance needs at least one record");
  const auto d = static_cast<Eigen::Index>(moments.columns);
  const double n = moments.count;
  const Eigen::VectorXd mean = Eigen::Map<const Eigen::VectorXd>(moments.sums.data(), d) / n;
  const Eigen::Map<const Eigen::VectorXd> thirds(moments.thirds.data(), d);
  const RowMatrix products =
      Eigen::Map<const RowMatrix>(moments.products.data(), d, d).selfadjointView<Eigen::Upper>();
  RowMatrix covariance = products / n - mean * mean.transpose();

  // The mean over records of |x - m|⁴ = (|x|² - 2 x·m + |m|²)².
  const double mm = mean.squaredNorm();
  const double fourth_moment = moments.fourths / n - 4 * thirds.dot(mean) / n +
                               4 * mean.dot(products * mean) / n + 2 * mm * products.trace() / n -
                               3 * mm * mm;

  // In the paper's terms, all divided by D: d² = |S − μI|², b² = the mean of |xxᵀ − S|² over records, over N.
  const double mu = covariance.trace() / static_cast<double>(d);
  const double squares = covariance.squaredNorm();
  const double d2 = squares / static_cast<double>(d) - mu * mu;
  const double b2 = (fourth_moment - squares) / (n * static_cast<double>(d));
  const double shrinkage = d2 > 0 && b2 > 0 ? std::min(b2 / d2, 1.0) : 0.0;

  covariance *= 1 - shrinkage;
  covariance.diagonal().array() += shrinkage * mu;
  return {.mean = {mean.data(), mean.data() + d},
          .values = {covariance.data(), covariance.data() + covariance.size()},
          .shrinkage = shrinkage};
}

}  // namespace giemsa
