#include "giemsa/inspect/shrinkage_covariance.h"

#include <Eigen/Core>
#include <algorithm>

#include "giemsa/core/error.h"

namespace giemsa {
namespace {

using RowMatrix = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

/// Records are multiplied in blocks of so many, which stay in the cache and need little memory.
constexpr Eigen::Index kBlockRows = 256;

}  // namespace

ShrinkageCovariance ledoit_wolf(std::span<const double> rows, std::size_t columns) {
  require(columns > 0 && !rows.empty() && rows.size() % columns == 0, ErrorKind::Internal,
          "[inspect] a covariance needs whole records and at least one");
  const auto d = static_cast<Eigen::Index>(columns), n = static_cast<Eigen::Index>(rows.size() / columns);
  const Eigen::Map<const RowMatrix> x(rows.data(), n, d);
  const Eigen::RowVectorXd mean = x.colwise().mean();

  RowMatrix covariance = RowMatrix::Zero(d, d);
  double fourth_moments = 0;  // sum over records of |x|⁴
  for (Eigen::Index first = 0; first < n; first += kBlockRows) {
    const RowMatrix block = x.middleRows(first, std::min(kBlockRows, n - first)).rowwise() - mean;
    covariance.selfadjointView<Eigen::Lower>().rankUpdate(block.transpose());
    fourth_moments += block.rowwise().squaredNorm().array().square().sum();
  }
  covariance = RowMatrix(covariance.selfadjointView<Eigen::Lower>()) / static_cast<double>(n);

  // In the paper's terms, all divided by D: d² = |S − μI|², b² = the mean of |xxᵀ − S|² over records, over N.
  const double mu = covariance.trace() / static_cast<double>(d);
  const double squares = covariance.squaredNorm();
  const double d2 = squares / static_cast<double>(d) - mu * mu;
  const double b2 = (fourth_moments / static_cast<double>(n) - squares) / static_cast<double>(n * d);
  const double shrinkage = d2 > 0 && b2 > 0 ? std::min(b2 / d2, 1.0) : 0.0;

  covariance *= 1 - shrinkage;
  covariance.diagonal().array() += shrinkage * mu;
  return {.mean = {mean.data(), mean.data() + d},
          .values = {covariance.data(), covariance.data() + covariance.size()},
          .shrinkage = shrinkage};
}

}  // namespace giemsa
