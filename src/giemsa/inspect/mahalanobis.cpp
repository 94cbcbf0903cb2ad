#include "giemsa/inspect/mahalanobis.h"

#include <Eigen/Cholesky>
#include <algorithm>

#include "giemsa/core/error.h"

namespace giemsa {
namespace {

using RowMatrix = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

constexpr Eigen::Index kBlockRows = 256;

}  // namespace

Gaussian::Gaussian(const ShrinkageCovariance& covariance, double floor) : mean_(covariance.mean) {
  const auto d = static_cast<Eigen::Index>(mean_.size());
  RowMatrix values = Eigen::Map<const RowMatrix>(covariance.values.data(), d, d);
  values.diagonal().array() += floor;
  const Eigen::LLT<RowMatrix> cholesky(values);
  require(cholesky.info() == Eigen::Success, ErrorKind::Internal,
          "[inspect] a covariance is not positive definite");
  RowMatrix inverse = RowMatrix::Identity(d, d);
  cholesky.matrixL().solveInPlace(inverse);
  const RowMatrix whitening = inverse.transpose();
  whitening_.assign(whitening.data(), whitening.data() + whitening.size());
}

std::vector<double> Gaussian::whitened(std::span<const double> rows) const {
  require(rows.size() % mean_.size() == 0, ErrorKind::Internal,
          "[inspect] distances need records of the Gaussian's size");
  const auto d = static_cast<Eigen::Index>(mean_.size()), n = static_cast<Eigen::Index>(rows.size()) / d;
  const Eigen::Map<const RowMatrix> x(rows.data(), n, d), whitening(whitening_.data(), d, d);
  const Eigen::Map<const Eigen::RowVectorXd> mean(mean_.data(), d);
  std::vector<double> white(rows.size());
  Eigen::Map<RowMatrix> out(white.data(), n, d);
  for (Eigen::Index first = 0; first < n; first += kBlockRows) {
    const Eigen::Index count = std::min(kBlockRows, n - first);
    const RowMatrix block = x.middleRows(first, count).rowwise() - mean;
    out.middleRows(first, count).noalias() = block * whitening.triangularView<Eigen::Upper>();
  }
  return white;
}

std::vector<double> Gaussian::squared_distances(std::span<const double> rows) const {
  const std::vector<double> white = whitened(rows);
  const auto d = static_cast<Eigen::Index>(mean_.size()), n = static_cast<Eigen::Index>(rows.size()) / d;
  std::vector<double> distances(static_cast<std::size_t>(n));
  Eigen::Map<Eigen::VectorXd>(distances.data(), n) =
      Eigen::Map<const RowMatrix>(white.data(), n, d).rowwise().squaredNorm();
  return distances;
}

double held_out(double squared_distance, std::size_t n) {
  // A record's share of the covariance of all is at most (n - 1) / n of itself; shrinkage may take it there.
  const double left = std::max(static_cast<double>(n) - 1 - squared_distance, 1.0);
  return squared_distance * static_cast<double>(n) / left;
}

}  // namespace giemsa
