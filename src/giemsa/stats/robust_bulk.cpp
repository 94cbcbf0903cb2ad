#include "giemsa/stats/robust_bulk.h"

#include <algorithm>
#include <cmath>

#include "giemsa/core/error.h"

namespace giemsa {
namespace {

constexpr double kLeastLogSigma = 0.2;
constexpr double kLeastDistance = 1e-6;
constexpr double kKeptSigmas = 3;
constexpr int kMostFits = 10;
/// One record in so many may change sides when a fit is settled.
constexpr std::size_t kSettled = 1000;

/// The lower median.
double median_of(std::vector<double> values) {
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>((values.size() - 1) / 2);
  std::ranges::nth_element(values, middle);
  return *middle;
}

double log_of(double distance) { return std::log(std::max(distance, kLeastDistance)); }

/// The rows for which `is_in` holds, in order.
template <class IsIn>
std::vector<float> rows_where(std::span<const float> rows, std::size_t columns, IsIn&& is_in) {
  std::vector<float> chosen;
  for (std::size_t i = 0; i * columns < rows.size(); ++i) {
    if (!is_in(i)) continue;
    const auto row = rows.subspan(i * columns, columns);
    chosen.insert(chosen.end(), row.begin(), row.end());
  }
  return chosen;
}

std::vector<double> roots_of(const std::vector<float>& squares) {
  std::vector<double> roots;
  roots.reserve(squares.size());
  for (const float square : squares) roots.push_back(std::sqrt(static_cast<double>(square)));
  return roots;
}

/// The fit to all of `rows`.
RobustFit fit_all(std::span<const float> rows, std::size_t columns) {
  const std::size_t n = rows.size() / columns;
  std::vector<char> kept(n, 1), near(n);
  std::size_t counted = n;
  RowMoments moments = row_moments(rows, columns);
  for (int fit = 1;; ++fit) {
    Gaussian gaussian(ledoit_wolf(moments), kVarianceFloor);
    const std::vector<float> squares = gaussian.squared_distances(rows);
    std::vector<double> distances(n);
    for (std::size_t i = 0; i < n; ++i) {
      const auto square = static_cast<double>(squares[i]);
      distances[i] = std::sqrt(kept[i] ? held_out(square, counted) : square);
    }
    const DistanceBulk bulk = bulk_of(distances);
    const double limit = bulk.distance_at(kKeptSigmas);
    std::size_t changed = 0;
    for (std::size_t i = 0; i < n; ++i) {
      near[i] = distances[i] < limit;
      changed += near[i] != kept[i];
    }
    if (changed * kSettled <= n || fit == kMostFits) return {std::move(gaussian), std::move(distances), bulk};
    moments +=
        row_moments(rows_where(rows, columns, [&](std::size_t i) { return near[i] && !kept[i]; }), columns);
    moments -=
        row_moments(rows_where(rows, columns, [&](std::size_t i) { return kept[i] && !near[i]; }), columns);
    kept.swap(near);
    counted = static_cast<std::size_t>(std::ranges::count(kept, 1));
  }
}

}  // namespace

double DistanceBulk::sigmas(double distance) const { return (log_of(distance) - log_of(median)) / log_sigma; }

double DistanceBulk::distance_at(double sigmas) const {
  return std::exp(log_of(median) + sigmas * log_sigma);
}

DistanceBulk bulk_of(std::span<const double> distances) {
  require(!distances.empty(), ErrorKind::Internal, "[inspect] no distances have no bulk");
  const double median = median_of({distances.begin(), distances.end()});
  std::vector<double> deviations;
  for (const double distance : distances) deviations.push_back(std::abs(log_of(distance) - log_of(median)));
  return {.median = median, .log_sigma = std::max(1.4826 * median_of(std::move(deviations)), kLeastLogSigma)};
}

RobustFit fit_bulk(std::span<const float> rows, std::size_t columns) {
  const std::size_t n = rows.size() / columns;
  if (n <= kMostFitted) return fit_all(rows, columns);
  std::vector<float> chosen;
  for (std::size_t c = 0; c < kMostFitted; ++c) {
    const auto row = rows.subspan(c * n / kMostFitted * columns, columns);
    chosen.insert(chosen.end(), row.begin(), row.end());
  }
  RobustFit fit = fit_all(chosen, columns);
  std::vector<double> distances = roots_of(fit.gaussian.squared_distances(rows));
  for (std::size_t c = 0; c < kMostFitted; ++c) distances[c * n / kMostFitted] = fit.distances[c];
  fit.distances = std::move(distances);
  fit.bulk = bulk_of(fit.distances);
  return fit;
}

}  // namespace giemsa
