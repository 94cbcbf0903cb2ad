#include "giemsa/core/random_beta.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <utility>
#include <vector>

namespace giemsa {
namespace {

constexpr int kDraws = 200'000;

TEST(GammaVariates, HaveTheMomentsOfTheirDistribution) {
  for (const double shape : {0.05, 0.2, 0.5, 1.0, 1.5, 4.0, 30.0}) {
    Random random({11, fnv1a("gamma")});
    double sum = 0, squares = 0;
    for (int i = 0; i < kDraws; ++i) {
      const double value = std::exp(log_gamma_variate(random, shape));
      sum += value;
      squares += value * value;
    }
    const double mean = sum / kDraws, variance = squares / kDraws - mean * mean;
    EXPECT_NEAR(mean, shape, 5 * std::sqrt(shape / kDraws)) << shape;
    EXPECT_NEAR(variance, shape, 5 * std::sqrt((2 * shape * shape + 6 * shape) / kDraws)) << shape;
  }
}

TEST(BetaVariates, HaveTheMomentsOfTheirDistribution) {
  for (const auto& [a, b] :
       {std::pair{0.2, 0.2}, {1.0, 1.0}, {0.4, 0.4}, {2.0, 5.0}, {8.0, 8.0}, {0.3, 3.0}}) {
    Random random({12, fnv1a("beta")});
    double sum = 0, squares = 0;
    for (int i = 0; i < kDraws; ++i) {
      const double value = beta_variate(random, a, b);
      ASSERT_GE(value, 0);
      ASSERT_LE(value, 1);
      sum += value;
      squares += value * value;
    }
    const double mean = sum / kDraws, variance = squares / kDraws - mean * mean;
    const double expected = a * b / ((a + b) * (a + b) * (a + b + 1));
    EXPECT_NEAR(mean, a / (a + b), 5 * std::sqrt(expected / kDraws)) << a << ' ' << b;
    EXPECT_NEAR(variance, expected, 0.02 * expected) << a << ' ' << b;
  }
}

/// Kolmogorov–Smirnov against distributions whose distribution function is plain.
TEST(BetaVariates, FollowTheirDistributionFunction) {
  const auto distance = [](double a, double b, auto&& cdf) {
    Random random({13, fnv1a("beta")});
    std::vector<double> values(kDraws);
    for (double& value : values) value = beta_variate(random, a, b);
    std::ranges::sort(values);
    double most = 0;
    for (int i = 0; i < kDraws; ++i) most = std::max(most, std::abs(cdf(values[i]) - (i + 0.5) / kDraws));
    return most;
  };
  const double limit = 1.95 / std::sqrt(kDraws);  // exceeded by chance once in a thousand
  EXPECT_LT(distance(1, 1, [](double x) { return x; }), limit);
  EXPECT_LT(distance(0.5, 0.5, [](double x) { return 2 / M_PI * std::asin(std::sqrt(x)); }), limit);
  EXPECT_LT(distance(0.2, 1, [](double x) { return std::pow(x, 0.2); }), limit);
  EXPECT_LT(distance(3, 1, [](double x) { return x * x * x; }), limit);
}

TEST(BetaVariates, AreDefinedForTheSmallestShapes) {
  Random random({14});
  int low = 0, high = 0;
  for (int i = 0; i < 2000; ++i) {
    const double value = beta_variate(random, 0.001, 0.001);
    ASSERT_TRUE(value >= 0 && value <= 1) << value;
    low += value < 1e-3;
    high += value > 1 - 1e-3;
  }
  EXPECT_GT(low, 900);
  EXPECT_GT(high, 900);
}

}  // namespace
}  // namespace giemsa
