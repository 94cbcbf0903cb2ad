#include "giemsa/train/rate_finder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "giemsa/core/error.h"

namespace giemsa {
namespace {

using ::testing::DoubleNear;
using ::testing::Each;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Pointwise;

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

TEST(RateToTry, GrowsByTheSameFactor) {
  constexpr RateFinderOptions kOptions{.first_rate = 1e-4, .last_rate = 1, .steps = 5};
  const double expected[] = {1e-4, 1e-3, 1e-2, 1e-1, 1};
  for (std::int64_t step = 0; step < 5; ++step)
    EXPECT_NEAR(rate_to_try(kOptions, step), expected[step], 1e-12 * expected[step]);
  EXPECT_EQ(rate_to_try({.first_rate = 0.25, .last_rate = 1, .steps = 1}, 0), 0.25);
}

TEST(SmoothedLosses, WeighTheNeighboursByTheirDistance) {
  const std::vector<double> losses{8, 4, 0, 4};
  EXPECT_EQ(smoothed_losses(losses, 0), losses);
  // Weights 1, 1/2, 1/4, 1/8 away from each.
  EXPECT_THAT(
      smoothed_losses(losses, 0.5),
      Pointwise(DoubleNear(1e-12), std::vector<double>{(8 + 2 + 0 + 0.5) / 1.875, (4 + 4 + 0 + 1) / 2.25,
                                                       (2 + 2 + 0 + 2) / 2.25, (1 + 1 + 0 + 4) / 1.875}));
  EXPECT_THAT(smoothed_losses(std::vector<double>{3, 3, 3, 3, 3}, 0.9), Each(DoubleNear(3, 1e-12)));
  EXPECT_THAT(smoothed_losses(std::vector<double>{1, 2, kNaN, 4}, 0), ElementsAre(1, 2));
  EXPECT_THAT(smoothed_losses({}, 0.5), IsEmpty());
}

TEST(HasDiverged, LooksForMultiplesOfTheLowestLoss) {
  const RateFinderOptions options{.smoothing = 0, .stop_factor = 4};
  const struct {
    std::vector<double> losses;
    bool expected;
  } cases[] = {{{}, false},
               {{2}, false},
               {{2, 1, 4}, false},
               {{2, 1, 4.1}, true},
               {{2, 1, 4.1, 1}, false},
               {{2, 1, kNaN}, true},
               {{kNaN}, true},
               {{2, 1, std::numeric_limits<double>::infinity()}, true}};
  for (const auto& [losses, expected] : cases)
    EXPECT_EQ(has_diverged(losses, options), expected) << ::testing::PrintToString(losses);
  EXPECT_FALSE(has_diverged(std::vector<double>{1, 1, 1, 5}, {.smoothing = 0.9})) << "one bad batch";
}

/// Rates from 1e-6 to 1, and a loss at 2 that falls to 0.5 around `fall` and rises beyond `rise`.
struct Curve {
  std::vector<double> rates, losses;

  Curve(double fall, double rise, double noise = 0) {
    for (std::int64_t i = 0; i < 121; ++i) {
      const double rate = rate_to_try({.first_rate = 1e-6, .last_rate = 1, .steps = 121}, i);
      rates.push_back(rate);
      losses.push_back(2 - 1.5 / (1 + std::pow(fall / rate, 1.5)) + std::pow(rate / rise, 2) +
                       noise * std::sin(static_cast<double>(i * i)));
    }
  }
};

TEST(SuggestRate, FindsTheSteepestAndTheLowestPlace) {
  for (const double fall : {1e-4, 1e-3}) {
    const Curve curve(fall, 100 * fall);
    const RateSuggestion found = suggest_rate(curve.rates, curve.losses);
    EXPECT_NEAR(std::log10(found.steepest), std::log10(fall), 0.06);  // a step is 0.05
    // d/dr: 1.5 · 1.5 (fall/r)^1.5 = 2 (r / rise)², far above fall
    const double lowest = std::pow(1.125 * 1e4, 1 / 3.5) * fall;
    EXPECT_NEAR(std::log10(found.lowest), std::log10(lowest), 0.06);
    EXPECT_DOUBLE_EQ(found.lowest_tenth, found.lowest / 10);
  }
}

TEST(SuggestRate, IsNotMisledByNoiseBehindSmoothing) {
  const Curve curve(1e-3, 1e-1, 0.1);
  const RateSuggestion found = suggest_rate(curve.rates, smoothed_losses(curve.losses, 0.8));
  EXPECT_NEAR(std::log10(found.steepest), -3, 0.3);
  EXPECT_NEAR(std::log10(found.lowest), -1.84, 0.35);
}

TEST(SuggestRate, SaysWhenThereIsNothingToFind) {
  const Curve curve(1e-3, 1e-1);
  const auto fault = [](std::span<const double> rates, std::span<const double> losses) -> std::string {
    try {
      suggest_rate(rates, losses);
    } catch (const Error& error) {
      EXPECT_EQ(error.kind(), ErrorKind::Data);
      EXPECT_FALSE(error.hint().empty());
      return error.message();
    }
    return "";
  };
  EXPECT_EQ(fault(curve.rates, std::span(curve.losses).first(9)),
            "[rate finder] only 9 steps before the loss ran away, 10 are needed");
  EXPECT_EQ(fault(curve.rates, std::span(curve.losses).first(10)), "") << "few, but falling";
  EXPECT_EQ(fault(curve.rates, std::vector<double>(curve.rates)),
            "[rate finder] the loss rose from the first steps on");
}

}  // namespace
}  // namespace giemsa
