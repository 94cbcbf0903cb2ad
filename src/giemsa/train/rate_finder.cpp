#include "giemsa/train/rate_finder.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "giemsa/core/error.h"

namespace giemsa {

double rate_to_try(const RateFinderOptions& o, std::int64_t step) {
  const double share =
      static_cast<double>(step) / static_cast<double>(std::max<std::int64_t>(o.steps - 1, 1));
  return o.first_rate * std::pow(o.last_rate / o.first_rate, share);
}

std::vector<double> smoothed_losses(std::span<const double> losses, double smoothing) {
  const auto end = std::find_if_not(losses.begin(), losses.end(), [](double x) { return std::isfinite(x); });
  const std::size_t count = end - losses.begin();
  // Sums over what stands before and behind each step, itself left out, each made from the one beside it.
  std::vector<double> smoothed(losses.begin(), end), weights(count, 1);
  double sum = 0, weight = 0;
  const auto add = [&](std::size_t i) {
    smoothed[i] += sum;
    weights[i] += weight;
    sum = smoothing * (sum + losses[i]);
    weight = smoothing * (weight + 1);
  };
  for (std::size_t i = 0; i < count; ++i) add(i);
  sum = weight = 0;
  for (std::size_t i = count; i-- > 0;) add(i);
  for (std::size_t i = 0; i < count; ++i) smoothed[i] /= weights[i];
  return smoothed;
}

bool has_diverged(std::span<const double> losses, const RateFinderOptions& options) {
  if (losses.empty()) return false;
  if (!std::isfinite(losses.back())) return true;
  const std::vector<double> smoothed = smoothed_losses(losses, options.smoothing);
  return smoothed.back() > options.stop_factor * *std::min_element(smoothed.begin(), smoothed.end());
}

RateSuggestion suggest_rate(std::span<const double> rates, std::span<const double> smoothed) {
  constexpr std::size_t kFewest = 10;
  const std::size_t count = smoothed.size();
  require(rates.size() >= count, ErrorKind::Internal,
          fmt::format("[rate finder] {} rates for {} losses", rates.size(), count));
  require(count >= kFewest, ErrorKind::Data,
          fmt::format("[rate finder] only {} steps before the loss ran away, {} are needed", count, kFewest),
          "begin with a lower rate, or make more steps");
  const std::size_t lowest = std::min_element(smoothed.begin(), smoothed.end()) - smoothed.begin();
  // Slopes are taken across a twentieth of the curve to either side: single batches are noise.
  const std::size_t reach = std::max<std::size_t>(count / 20, 1);
  require(lowest > reach, ErrorKind::Data, "[rate finder] the loss rose from the first steps on",
          "begin with a lower rate; if that does not help, the network does not learn from these pictures");
  double steepest_slope = 0;
  std::size_t steepest = 0;
  for (std::size_t i = 0; i <= lowest; ++i) {
    const std::size_t left = i < reach ? 0 : i - reach, right = std::min(i + reach, count - 1);
    const double slope = (smoothed[right] - smoothed[left]) / std::log(rates[right] / rates[left]);
    if (slope < steepest_slope) {
      steepest_slope = slope;
      steepest = i;
    }
  }
  return {rates[steepest], rates[lowest], rates[lowest] / 10};
}

}  // namespace giemsa
