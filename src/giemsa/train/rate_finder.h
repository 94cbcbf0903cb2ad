#pragma once
#include <cstdint>
#include <span>
#include <vector>

namespace giemsa {

/// The range test of learning rates (Smith 2017, arXiv 1506.01186): some steps at rates that grow from one to
/// the next by the same factor. The loss falls where a rate teaches, and rises where it is too high.
struct RateFinderOptions {
  double first_rate = 1e-6;
  double last_rate = 1;
  std::int64_t steps = 100;
  double smoothing = 0.8;  ///< what a loss weighs in the smoothed loss of the step before or behind it
  double stop_factor = 4;  ///< the test ends when the smoothed loss is this many times its lowest
};

/// The rate of step 0 … steps - 1; the first step has first_rate, the last last_rate.
double rate_to_try(const RateFinderOptions& options, std::int64_t step);

/// The weighted mean around each step, where the loss d steps away weighs smoothing^d; being even-handed, it
/// does not shift the curve along the rates. It ends before the first loss that is not a number.
std::vector<double> smoothed_losses(std::span<const double> losses, double smoothing);

/// Whether to end the test behind these steps: the last loss is not a number, or the smoothed one at least
/// stop_factor times the lowest.
bool has_diverged(std::span<const double> losses, const RateFinderOptions& options);

struct RateSuggestion {
  double steepest;      ///< where the smoothed loss falls fastest per factor of the rate
  double lowest;        ///< where it is lowest: too high to train with
  double lowest_tenth;  ///< a tenth of that
};

/// What to train with, by the rates that were tried and their smoothed losses; further rates are passed over.
/// Throws Data when there are fewer than ten losses, or none is below the first ones.
RateSuggestion suggest_rate(std::span<const double> rates, std::span<const double> smoothed);

}  // namespace giemsa
