#include "giemsa/metrics/wilson.h"

#include <gtest/gtest.h>

#include <cmath>

namespace giemsa {
namespace {

TEST(WilsonInterval, EqualsTheFormulaSolvedByHand) {
  // |share - p| = z · √(p (1 - p) / n) at both ends is what defines it.
  for (const auto& [share, count] : {std::pair{0.5, 10}, {0.9868, 1364}, {0.01, 300}}) {
    const Interval interval = wilson_interval(share, count);
    for (const double p : {interval.low, interval.high})
      EXPECT_NEAR(std::abs(share - p), 1.959963984540054 * std::sqrt(p * (1 - p) / count), 1e-12) << share;
    EXPECT_LT(interval.low, share);
    EXPECT_GT(interval.high, share);
  }
}

TEST(WilsonInterval, StaysBetweenNoneAndAll) {
  EXPECT_NEAR(wilson_interval(0, 20).low, 0, 1e-15);
  EXPECT_NEAR(wilson_interval(0, 20).high, 0.161125, 1e-6);  // z² / (n + z²)
  EXPECT_NEAR(wilson_interval(1, 20).low, 0.838875, 1e-6);
  EXPECT_NEAR(wilson_interval(1, 20).high, 1, 1e-15);
  for (int count = 1; count < 2000; ++count) {
    EXPECT_GE(wilson_interval(0, count).low, 0) << count;
    EXPECT_LE(wilson_interval(1, count).high, 1) << count;
  }
  EXPECT_TRUE(std::isnan(wilson_interval(std::nan(""), 0).low));
}

}  // namespace
}  // namespace giemsa
