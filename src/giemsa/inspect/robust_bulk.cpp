#include "giemsa/inspect/robust_bulk.h"

#include <algorithm>
#include <cmath>

#include "giemsa/core/error.h"

namespace giemsa {
namespace {

constexpr double kLeastLogSigma = 0.2;
constexpr double kLeastDistance = 1e-6;
constexpr double kKeptSigmas = 3;
constexpr int kMostFits = 10;

/// The lower median.
double median_of(std::vector<double> values) {
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>((values.size() - 1) / 2);
  std::ranges::nth_element(values, middle);
  return *middle;
}

double log_of(double distance) { return std::log(std::max(distance, kLeastDistance)); }

std::vector<double> chosen_rows(std::span<const double> rows, std::size_t columns,
                                const std::vector<char>& kept) {
  std::vector<double> chosen;
  chosen.reserve(rows.size());
  for (std::size_t i = 0; i < kept.size(); ++i) {
    if (!kept[i]) continue;
    const auto row = rows.subspan(i * columns, columns);
    chosen.insert(chosen.end(), row.begin(), row.end());
  }
  return chosen;
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

RobustFit fit_bulk(std::span<const double> rows, std::size_t columns) {
  const std::size_t n = rows.size() / columns;
  std::vector<char> kept(n, 1);
  for (int fit = 1;; ++fit) {
    Gaussian gaussian(ledoit_wolf(chosen_rows(rows, columns, kept), columns), kVarianceFloor);
    std::vector<double> distances = gaussian.squared_distances(rows);
    const auto counted = static_cast<std::size_t>(std::ranges::count(kept, 1));
    for (std::size_t i = 0; i < n; ++i)
      distances[i] = std::sqrt(kept[i] ? held_out(distances[i], counted) : distances[i]);
    const DistanceBulk bulk = bulk_of(distances);
    std::vector<char> near(n);
    for (std::size_t i = 0; i < n; ++i) near[i] = bulk.sigmas(distances[i]) < kKeptSigmas;
    if (near == kept || fit == kMostFits) return {std::move(gaussian), std::move(distances), bulk};
    kept = std::move(near);
  }
}

}  // namespace giemsa
