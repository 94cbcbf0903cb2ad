#include "giemsa/stats/discriminant.h"

#include <Eigen/Cholesky>
#include <Eigen/Core>
#include <Eigen/QR>
#include <algorithm>
#include <cmath>
#include <limits>

#include "giemsa/core/error.h"

namespace giemsa {
namespace {

using Eigen::Index;
using Eigen::MatrixXd;
using FloatRows = Eigen::Matrix<float, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
using DoubleRows = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

constexpr double kShrinkage = 0.05;
/// Rows whose products are summed in single precision, which is twice as fast, before they go into the sum.
constexpr std::size_t kChunk = 512;

void add_to(std::vector<double>& sums, const std::vector<double>& values) {
  std::ranges::transform(sums, values, sums.begin(), std::plus<>());
}

}  // namespace

void ClassSums::add(const ClassSums& other) {
  require(columns == other.columns && counts.size() == other.counts.size(), ErrorKind::Internal,
          "[inspect] sums of other features or classes");
  add_to(counts, other.counts);
  add_to(sums, other.sums);
  add_to(products, other.products);
}

ClassSums class_sums(std::span<const float> rows, std::size_t columns, std::span<const int> labels,
                     std::size_t classes, std::span<const std::size_t> members) {
  ClassSums result{columns, std::vector<double>(classes), std::vector<double>(classes * columns),
                   std::vector<double>(columns * columns)};
  const auto d = static_cast<Index>(columns);
  Eigen::Map<MatrixXd> products(result.products.data(), d, d);
  FloatRows chunk;
  Eigen::MatrixXf chunk_products(d, d);
  for (std::size_t first = 0; first < members.size(); first += kChunk) {
    const auto part = members.subspan(first, std::min(kChunk, members.size() - first));
    chunk.resize(static_cast<Index>(part.size()), d);
    for (std::size_t i = 0; i < part.size(); ++i) {
      const float* row = rows.data() + part[i] * columns;
      const auto label = static_cast<std::size_t>(labels[part[i]]);
      ++result.counts[label];
      double* sum = &result.sums[label * columns];
      for (std::size_t c = 0; c < columns; ++c) sum[c] += row[c];
      std::copy(row, row + columns, chunk.row(static_cast<Index>(i)).data());
    }
    chunk_products.setZero();
    chunk_products.selfadjointView<Eigen::Lower>().rankUpdate(chunk.transpose());
    products.triangularView<Eigen::Lower>() += chunk_products.cast<double>();
  }
  return result;
}

Discriminant::Discriminant(const ClassSums& given)
    : columns_(given.columns), log_frequency_(given.counts.size(), -std::numeric_limits<double>::infinity()) {
  const auto d = static_cast<Index>(columns_), k = static_cast<Index>(given.counts.size());
  const Eigen::Map<const DoubleRows> sums(given.sums.data(), k, d);
  const Eigen::Map<const Eigen::VectorXd> counts(given.counts.data(), k);
  const double all = counts.sum();
  std::vector<Index> present;
  for (Index c = 0; c < k; ++c) {
    if (counts(c) == 0) continue;
    present.push_back(c);
    log_frequency_[static_cast<std::size_t>(c)] = std::log(counts(c) / all);
  }
  require(present.size() >= 2 && columns_ > 0, ErrorKind::Internal,
          "[inspect] a discriminant needs two classes and a feature");

  MatrixXd covariance = Eigen::Map<const MatrixXd>(given.products.data(), d, d);
  MatrixXd means(k, d);
  for (Index c = 0; c < k; ++c) means.row(c) = sums.row(c) / std::max(1.0, counts(c));
  for (const Index c : present)
    covariance.selfadjointView<Eigen::Lower>().rankUpdate(means.row(c).transpose(), -counts(c));
  covariance /= all;
  const double mean_variance = covariance.trace() / static_cast<double>(d);
  covariance *= 1 - kShrinkage;
  covariance.diagonal().array() += std::max(kShrinkage * mean_variance, 1e-9);
  const Eigen::LLT<MatrixXd> cholesky(covariance);  // covariance = L Lᵀ
  require(cholesky.info() == Eigen::Success, ErrorKind::Internal, "[inspect] no covariance of the features");

  // Whitened, the class means differ from the common one in as many directions as there are classes but one.
  const Eigen::RowVectorXd centre = sums.colwise().sum() / all;
  MatrixXd differences(d, static_cast<Index>(present.size()) - 1);
  for (Index i = 0; i < differences.cols(); ++i)
    differences.col(i) = (means.row(present[static_cast<std::size_t>(i)]) - centre).transpose();
  cholesky.matrixL().solveInPlace(differences);
  const Index m = std::min(d, differences.cols());
  const Eigen::HouseholderQR<MatrixXd> qr(differences);
  MatrixXd axes = qr.householderQ() * MatrixXd::Identity(d, m);
  cholesky.matrixU().solveInPlace(axes);

  dimensions_ = static_cast<std::size_t>(m);
  axes_.resize(columns_ * dimensions_);
  Eigen::Map<FloatRows>(axes_.data(), d, m) = axes.cast<float>();
  centres_.resize(given.counts.size() * dimensions_);
  Eigen::Map<DoubleRows>(centres_.data(), k, m) = means * axes;
}

std::vector<float> Discriminant::places(std::span<const float> rows) const {
  require(rows.size() % columns_ == 0, ErrorKind::Internal, "[inspect] features that are no whole rows");
  const auto n = static_cast<Index>(rows.size() / columns_), d = static_cast<Index>(columns_),
             m = static_cast<Index>(dimensions_);
  std::vector<float> places(static_cast<std::size_t>(n) * dimensions_);
  Eigen::Map<FloatRows>(places.data(), n, m).noalias() =
      Eigen::Map<const FloatRows>(rows.data(), n, d) * Eigen::Map<const FloatRows>(axes_.data(), d, m);
  return places;
}

void Discriminant::predict(std::span<const float> place, std::span<float> out) const {
  std::vector<double> logits(log_frequency_);
  for (std::size_t c = 0; c < logits.size(); ++c) {
    for (std::size_t i = 0; i < dimensions_; ++i) {
      const double difference = place[i] - centres_[c * dimensions_ + i];
      logits[c] -= difference * difference / 2;
    }
  }
  const double largest = std::ranges::max(logits);
  double sum = 0;
  for (double& logit : logits) sum += logit = std::exp(logit - largest);
  for (std::size_t c = 0; c < logits.size(); ++c) out[c] = static_cast<float>(logits[c] / sum);
}

}  // namespace giemsa
