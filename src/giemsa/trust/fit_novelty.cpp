#include <fmt/format.h>

#include <Eigen/Cholesky>
#include <Eigen/Core>
#include <Eigen/Eigenvalues>
#include <Eigen/QR>
#include <algorithm>
#include <cmath>
#include <functional>

#include "giemsa/core/error.h"
#include "giemsa/core/random.h"
#include "giemsa/trust/novelty.h"
#include "giemsa/trust/unit_length.h"

// The axes by block subspace iteration on the features themselves (Halko, Martinsson, Tropp 2011, section
// 4.5), since a covariance of the 6,400 features of an ensemble would take minutes; exact where all
// directions fit into the block. The covariance along them is shrunk as the data ask for: Chen, Wiesel,
// Eldar, Hero 2010 ("OAS").

namespace giemsa {
namespace {

using Eigen::Index;
using FloatRows = Eigen::Matrix<float, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

constexpr std::size_t kChunk = 512;    ///< rows that are multiplied at a time
constexpr std::size_t kMoreAxes = 16;  ///< the block is wider than asked for, which makes its axes good
constexpr int kSubspaceIterations = 3;
constexpr std::size_t kPicturesPerAxis = 4;
/// Added to variances of features at unit length: directions without any spread do not count endlessly.
constexpr double kLeastVariance = 1e-8;

void check(FeatureMatrix features, std::span<const int> labels, int classes) {
  require(features.rows == labels.size() && features.rows >= 2 && features.columns > 0, ErrorKind::Internal,
          "[trust] novelty needs features and labels of two training pictures");
  for (std::size_t i = 0; i < labels.size(); ++i) {
    require(labels[i] >= 0 && labels[i] < classes, ErrorKind::Data,
            fmt::format("[trust] label {} is none of the {} classes", labels[i], classes));
    require(std::ranges::all_of(features.row(i), [](float x) { return std::isfinite(x); }), ErrorKind::Data,
            fmt::format("[trust] a feature of training picture {} is not a finite number", i),
            "the weights are damaged; train or fetch the model again");
  }
}

/// All rows at unit length, less `mean`, in chunks: use(number of the first, [n, D]).
void for_each_chunk(FeatureMatrix features, const Eigen::RowVectorXf& mean,
                    const std::function<void(std::size_t, const FloatRows&)>& use) {
  FloatRows chunk;
  for (std::size_t first = 0; first < features.rows; first += kChunk) {
    const std::size_t count = std::min(kChunk, features.rows - first);
    chunk.resize(static_cast<Index>(count), static_cast<Index>(features.columns));
    for (std::size_t i = 0; i < count; ++i)
      to_unit_length(features.row(first + i), {chunk.row(static_cast<Index>(i)).data(), features.columns});
    chunk.rowwise() -= mean;
    use(first, chunk);
  }
}

Eigen::RowVectorXf mean_of(FeatureMatrix features) {
  const auto d = static_cast<Index>(features.columns);
  Eigen::RowVectorXd sum = Eigen::RowVectorXd::Zero(d);
  for_each_chunk(features, Eigen::RowVectorXf::Zero(d),
                 [&](std::size_t, const FloatRows& chunk) { sum += chunk.cast<double>().colwise().sum(); });
  return (sum / static_cast<double>(features.rows)).cast<float>();
}

/// Orthonormal directions that hold nearly all of the `count` axes of greatest spread. [D, at least count]
Eigen::MatrixXf spread_block(FeatureMatrix features, const Eigen::RowVectorXf& mean, std::size_t count) {
  const auto d = static_cast<Index>(features.columns);
  const Index width = std::min(d, static_cast<Index>(count + kMoreAxes));
  if (width == d) return Eigen::MatrixXf::Identity(d, d);
  Eigen::MatrixXf block(d, width);
  Random random({fnv1a("novelty axes")});
  for (Index i = 0; i < block.size(); ++i) block.data()[i] = static_cast<float>(random.normal());
  for (int i = 0; i < kSubspaceIterations; ++i) {
    Eigen::MatrixXd next = Eigen::MatrixXd::Zero(d, width);
    for_each_chunk(features, mean, [&](std::size_t, const FloatRows& chunk) {
      const Eigen::MatrixXf along = chunk * block;
      next += (chunk.transpose() * along).cast<double>();
    });
    const Eigen::HouseholderQR<Eigen::MatrixXd> qr(next);
    block = (qr.householderQ() * Eigen::MatrixXd::Identity(d, width)).cast<float>();
  }
  return block;
}

/// What the features' places in a block add up to.
struct BlockSums {
  Eigen::VectorXd counts;    ///< [K]
  Eigen::MatrixXd sums;      ///< [K, width]
  Eigen::MatrixXd products;  ///< [width, width]
  double squares = 0;        ///< Σ |x|², of all directions
};

BlockSums sums_along(FeatureMatrix features, const Eigen::RowVectorXf& mean, std::span<const int> labels,
                     int classes, const Eigen::MatrixXf& block) {
  BlockSums result{Eigen::VectorXd::Zero(classes), Eigen::MatrixXd::Zero(classes, block.cols()),
                   Eigen::MatrixXd::Zero(block.cols(), block.cols()), 0};
  for_each_chunk(features, mean, [&](std::size_t first, const FloatRows& chunk) {
    const Eigen::MatrixXd along = (chunk * block).cast<double>();
    result.products += along.transpose() * along;
    result.squares += chunk.cast<double>().squaredNorm();
    for (Index i = 0; i < along.rows(); ++i) {
      const Index label = labels[first + static_cast<std::size_t>(i)];
      ++result.counts(label);
      result.sums.row(label) += along.row(i);
    }
  });
  return result;
}

/// Drawn towards a multiple of the unit matrix, as OAS says for n records.
void shrink(Eigen::MatrixXd& covariance, double n) {
  const double p = static_cast<double>(covariance.rows());
  const double mu = covariance.trace() / p, alpha = covariance.squaredNorm() / (p * p);
  const double below = (n + 1) * (alpha - mu * mu / p);
  const double shrinkage = below > 0 ? std::min((alpha + mu * mu) / below, 1.0) : 1.0;
  covariance *= 1 - shrinkage;
  covariance.diagonal().array() += shrinkage * mu;
}

std::vector<float> to_vector(const FloatRows& values) {
  return {values.data(), values.data() + values.size()};
}

}  // namespace

Novelty fit_novelty(FeatureMatrix features, std::span<const int> labels, int classes) {
  check(features, labels, classes);
  const double n = static_cast<double>(features.rows), d = static_cast<double>(features.columns);
  const std::size_t axes = std::clamp(std::min(features.rows / kPicturesPerAxis, (features.columns + 1) / 2),
                                      std::size_t{1}, kMostAxes);
  const auto p = static_cast<Index>(axes);
  const Eigen::RowVectorXf mean = mean_of(features);
  const Eigen::MatrixXf block = spread_block(features, mean, axes);
  const BlockSums sums = sums_along(features, mean, labels, classes, block);

  const Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd> eigen(sums.products);
  const Eigen::MatrixXd turn = eigen.eigenvectors().rightCols(p).rowwise().reverse();  // greatest first
  const Eigen::VectorXd spread = eigen.eigenvalues().tail(p).reverse();

  Eigen::MatrixXd centres(0, p);
  Eigen::MatrixXd covariance = spread.asDiagonal();
  for (Index c = 0; c < classes; ++c) {
    if (sums.counts(c) == 0) continue;
    const Eigen::RowVectorXd centre = sums.sums.row(c) * turn / sums.counts(c);
    covariance -= sums.counts(c) * centre.transpose() * centre;
    centres.conservativeResize(centres.rows() + 1, p);
    centres.bottomRows(1) = centre;
  }
  covariance /= n;
  shrink(covariance, n);
  covariance.diagonal().array() += kLeastVariance;
  const Eigen::LLT<Eigen::MatrixXd> cholesky(covariance);
  require(cholesky.info() == Eigen::Success, ErrorKind::Internal,
          "[trust] a covariance is not positive definite");
  const Eigen::MatrixXd whitening =
      cholesky.matrixL().solve(Eigen::MatrixXd::Identity(p, p)).transpose();  // L⁻ᵀ

  Novelty novelty;
  novelty.features = features.columns;
  novelty.axes = axes;
  novelty.classes = static_cast<std::size_t>(centres.rows());
  novelty.mean.assign(mean.data(), mean.data() + mean.size());
  novelty.axis = to_vector((block.cast<double>() * turn).transpose().cast<float>());
  novelty.whitening = to_vector(whitening.cast<float>());
  novelty.centres = to_vector((centres * whitening).cast<float>());
  if (features.columns > axes) {
    const double rest = std::max(sums.squares - spread.sum(), 0.0) / (n * (d - static_cast<double>(axes)));
    novelty.rest_scale = static_cast<float>(1 / (rest + kLeastVariance));
  }
  return novelty;
}

}  // namespace giemsa
