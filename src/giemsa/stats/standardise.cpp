#include "giemsa/stats/standardise.h"

#include <fmt/format.h>

#include <Eigen/Core>
#include <Eigen/QR>
#include <algorithm>
#include <cmath>
#include <utility>

#include "giemsa/core/error.h"
#include "giemsa/core/random.h"

namespace giemsa {
namespace {

constexpr std::size_t kMostSampled = 2048;
constexpr float kMostSpreads = 6;
constexpr float kSmallestSpread = 1e-12f;  ///< where all records are equal
constexpr int kSubspaceIterations = 3;

using FloatMatrix = Eigen::Matrix<float, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

/// The features, bent. [N, D]
FloatMatrix bent(FeatureMatrix features, const FeatureScales& scales) {
  const auto n = static_cast<Eigen::Index>(features.rows), d = static_cast<Eigen::Index>(features.columns);
  const Eigen::Map<const Eigen::RowVectorXf> median(scales.median.data(), d), spread(scales.spread.data(), d);
  const Eigen::RowVectorXf factor = (kMostSpreads * spread.array()).inverse();
  FloatMatrix out(n, d);
  for (Eigen::Index i = 0; i < n; ++i) {
    const Eigen::Map<const Eigen::RowVectorXf> row(features.row(static_cast<std::size_t>(i)).data(), d);
    out.row(i) = kMostSpreads * ((row - median).array() * factor.array()).tanh();
  }
  return out;
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

/// The median of `values`, which are put into another order, and their standard deviation with the outermost
/// drawn in to the percentiles.
std::pair<float, float> median_and_spread(std::vector<float>& values) {
  const auto at = [&](std::size_t i) { return values.begin() + static_cast<std::ptrdiff_t>(i); };
  const std::size_t n = values.size(), cut = n / 100, middle = n / 2;
  std::ranges::nth_element(values, at(middle));
  const float median = values[middle];
  if (cut < middle) std::nth_element(at(0), at(cut), at(middle));
  const std::size_t high_at = n - 1 - cut;
  if (high_at > middle) std::nth_element(at(middle + 1), at(high_at), values.end());
  const float low = values[cut], high = values[high_at];
  double sum = 0, squares = 0;
  for (const float value : values) {
    const double from_low = static_cast<double>(std::clamp(value, low, high)) - static_cast<double>(low);
    sum += from_low;
    squares += from_low * from_low;
  }
  const double mean = sum / static_cast<double>(n);
  return {median,
          static_cast<float>(std::sqrt(std::max(squares / static_cast<double>(n) - mean * mean, 0.0)))};
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
    const auto [median, spread] = median_and_spread(values);
    scales.median.push_back(median);
    scales.spread.push_back(spread);
  }
  std::vector<float> usual = scales.spread;
  std::ranges::nth_element(usual, usual.begin() + static_cast<std::ptrdiff_t>(usual.size() / 2));
  const float least = std::max({least_spread, usual[usual.size() / 2] / 10, kSmallestSpread});
  for (float& spread : scales.spread) spread = std::max(spread, least);
  return scales;
}

std::vector<float> standardised(FeatureMatrix features, const FeatureScales& scales) {
  const FloatMatrix out = bent(features, scales);
  return {out.data(), out.data() + out.size()};
}

std::vector<float> reduced(FeatureMatrix features, const FeatureScales& scales) {
  const auto n = static_cast<Eigen::Index>(features.rows), d = static_cast<Eigen::Index>(features.columns);
  const auto k = static_cast<Eigen::Index>(kMostComponents);
  require(d > k, ErrorKind::Internal, "[inspect] there are no more features than components");
  FloatMatrix x = bent(features, scales);
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
  std::vector<float> out;
  out.reserve(static_cast<std::size_t>(n * (k + 1)));
  for (Eigen::Index i = 0; i < n; ++i) {
    for (Eigen::Index j = 0; j < k; ++j) out.push_back(along(i, j));
    const float left_out = x.row(i).squaredNorm() - along.row(i).squaredNorm();
    out.push_back(std::sqrt(std::max(left_out, 0.f)));
  }
  return out;
}

}  // namespace giemsa
