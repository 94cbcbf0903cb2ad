#include "giemsa/metrics/paired.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include "giemsa/core/error.h"

namespace giemsa {
namespace {

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

/// The chance of at most `rarer` heads, or at most as many tails, in `tosses` tosses of a fair coin.
double two_sided_binomial(std::int64_t rarer, std::int64_t tosses) {
  double ways = 1, sum = 0;  // whole numbers below 2²⁵
  for (std::int64_t i = 0; i <= rarer; ++i) {
    sum += ways;
    ways = ways * static_cast<double>(tosses - i) / static_cast<double>(i + 1);
  }
  return std::min(1.0, 2 * std::ldexp(sum, -static_cast<int>(tosses)));
}

/// Twice the share of values on the rarer side of zero, one more value on either side being counted.
double two_sided_share(std::span<const double> differences) {
  std::int64_t defined = 0, not_above = 0, not_below = 0;
  for (const double d : differences) {
    defined += !std::isnan(d);
    not_above += d <= 0;
    not_below += d >= 0;
  }
  const auto rarer = static_cast<double>(std::min(not_above, not_below) + 1);
  return defined == 0 ? kNaN : std::min(1.0, 2 * rarer / static_cast<double>(defined + 1));
}

}  // namespace

McNemar mcnemar(std::span<const std::uint8_t> first_right, std::span<const std::uint8_t> second_right) {
  require(first_right.size() == second_right.size(), ErrorKind::Internal,
          fmt::format("[metrics] answers of {} and of {} pictures are no pairs", first_right.size(),
                      second_right.size()));
  McNemar test;
  for (std::size_t i = 0; i < first_right.size(); ++i) {
    test.only_first += first_right[i] && !second_right[i];
    test.only_second += second_right[i] && !first_right[i];
  }
  const std::int64_t sum = test.only_first + test.only_second;
  test.exact = sum < kMcNemarExactBelow;
  if (test.exact) {
    test.chi_square = kNaN;
    test.p = two_sided_binomial(std::min(test.only_first, test.only_second), sum);
  } else {
    const auto distance = static_cast<double>(std::abs(test.only_first - test.only_second));
    const double corrected = std::max(distance - 1, 0.0);
    test.chi_square = corrected * corrected / static_cast<double>(sum);
    test.p = std::erfc(std::sqrt(test.chi_square / 2));
  }
  return test;
}

std::vector<PairedDifference> paired_bootstrap(std::span<const int> labels, std::size_t figures,
                                               const WeightedFigures& first, const WeightedFigures& second,
                                               const BootstrapOptions& options) {
  const auto difference = [&](std::span<const int> weights, std::span<double> out) {
    std::vector<double> of_first(figures);
    first(weights, of_first);
    second(weights, out);
    for (std::size_t f = 0; f < figures; ++f) out[f] -= of_first[f];
  };
  std::vector<double> measured(figures);
  difference(std::vector<int>(labels.size(), 1), measured);
  std::vector<std::vector<double>> columns = bootstrap_figures(labels, figures, difference, options);
  std::vector<PairedDifference> result(figures);
  for (std::size_t f = 0; f < figures; ++f) {
    const double p = two_sided_share(columns[f]);
    result[f] = {measured[f], percentile_interval(std::move(columns[f]), options.level), p};
  }
  return result;
}

}  // namespace giemsa
