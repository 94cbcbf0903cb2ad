#include "giemsa/inspect/standardise.h"

#include <fmt/format.h>

#include <Eigen/Core>
#include <Eigen/QR>
#include <algorithm>
#include <cmath>

#include "giemsa/core/error.h"
#include "giemsa/core/random.h"

namespace giemsa {
namespace {

constexpr std::size_t kMostSampled = 4096;
constexpr float kMostSpreads = 6;
constexpr float kSmallestSpread = 1e-12f;  ///< where all records are equal
constexpr int kSubspaceIterations = 3;

using FloatMatrix = Eigen::Matrix<float, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

float standardised_value(float value, float median, float spread) {
  return kMostSpreads * std::tanh((value - median) / spread / kMostSpreads);
}

void require_finite(FeatureMatrix features) {
  for (std::size_t i = 0; i < features.rows; ++i) {
    const auto row = features.row(i);
    const auto bad = std::ranges::find_if_not(row, [](float v) { return std::isfinite(v); });
    if (bad == row.end()) continue;
    throw Error(ErrorKind::Data,
                fmt::format("[inspect] feature {} of record {} is {}; features must be finite numbers",
                            bad - row.begin(), i, *bad),
                "compute the features anew, or leave the record out");
  }
}

/// Standard deviation of ascending values, the outermost of which are drawn in to the percentiles.
float inner_deviation(const std::vector<float>& sorted) {
  const std::size_t cut = sorted.size() / 100;
  const float low = sorted[cut], high = sorted[sorted.size() - 1 - cut];
  double sum = 0, squares = 0;
  for (const float value : sorted) {
    const double from_low = static_cast<double>(std::clamp(value, low, high)) - static_cast<double>(low);
    sum += from_low;
    squares += from_low * from_low;
  }
  const double n = static_cast<double>(sorted.size());
  return static_cast<float>(std::sqrt(std::max(squares / n - sum / n * (sum / n), 0.0)));
}

}  // namespace

FeatureScales feature_scales(FeatureMatrix features, float least_spread) {
  require(features.rows > 0 && features.columns > 0, ErrorKind::Internal,
          "[inspect] no features have no scales");
  require_finite(features);
  const std::size_t sampled = std::min(features.rows, kMostSampled);
  FeatureScales scales;
  std::vector<float> values(sampled);
  for (std::size_t d = 0; d < features.columns; ++d) {
    for (std::size_t s = 0; s < sampled; ++s) values[s] = features.row(s * features.rows / sampled)[d];
    std::ranges::sort(values);
    scales.median.push_back(values[sampled / 2]);
    scales.spread.push_back(inner_deviation(values));
  }
  std::vector<float> usual = scales.spread;
  std::ranges::nth_element(usual, usual.begin() + static_cast<std::ptrdiff_t>(usual.size() / 2));
  const float least = std::max({least_spread, usual[usual.size() / 2] / 10, kSmallestSpread});
  for (float& spread : scales.spread) spread = std::max(spread, least);
  return scales;
}

std::vector<double> standardised(FeatureMatrix features, const FeatureScales& scales) {
  std::vector<double> out;
  out.reserve(features.rows * features.columns);
  for (std::size_t i = 0; i < features.rows; ++i) {
    const auto row = features.row(i);
    for (std::size_t d = 0; d < features.columns; ++d) {
      out.push_back(static_cast<double>(standardised_value(row[d], scales.median[d], scales.spread[d])));
    }
  }
  return out;
}

std::vector<double> reduced(FeatureMatrix features, const FeatureScales& scales) {
  const auto n = static_cast<Eigen::Index>(features.rows), d = static_cast<Eigen::Index>(features.columns);
  const auto k = static_cast<Eigen::Index>(kMostComponents);
  require(d > k, ErrorKind::Internal, "[inspect] there are no more features than components");
  FloatMatrix x(n, d);
  for (Eigen::Index i = 0; i < n; ++i) {
    const auto row = features.row(static_cast<std::size_t>(i));
    for (Eigen::Index j = 0; j < d; ++j) {
      const auto c = static_cast<std::size_t>(j);
      x(i, j) = standardised_value(row[c], scales.median[c], scales.spread[c]);
    }
  }
  const Eigen::RowVectorXf mean = x.colwise().mean();
  x.rowwise() -= mean;

  Eigen::MatrixXf directions(d, k);
  Random random({fnv1a("principal directions")});
  for (Eigen::Index i = 0; i < directions.size(); ++i)
    directions.data()[i] = static_cast<float>(random.normal());
  for (int i = 0; i < kSubspaceIterations; ++i) {
    const Eigen::MatrixXf along = x * directions;
    const Eigen::HouseholderQR<Eigen::MatrixXf> qr(x.transpose() * along);
    directions = qr.householderQ() * Eigen::MatrixXf::Identity(d, k);
  }

  const Eigen::MatrixXf along = x * directions;
  std::vector<double> out;
  out.reserve(static_cast<std::size_t>(n * (k + 1)));
  for (Eigen::Index i = 0; i < n; ++i) {
    for (Eigen::Index j = 0; j < k; ++j) out.push_back(static_cast<double>(along(i, j)));
    const float left_out = x.row(i).squaredNorm() - along.row(i).squaredNorm();
    out.push_back(std::sqrt(static_cast<double>(std::max(left_out, 0.f))));
  }
  return out;
}

}  // namespace giemsa
