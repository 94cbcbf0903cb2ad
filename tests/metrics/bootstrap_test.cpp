#include "giemsa/metrics/bootstrap.h"

#include <gtest/gtest.h>

#include <cmath>
#include <numeric>

#include "giemsa/core/error.h"

namespace giemsa {
namespace {

TEST(PercentileInterval, AsNumpyQuantile) {  // numpy.quantile(values, [(1 - level) / 2, (1 + level) / 2])
  struct Case {
    std::vector<double> values;
    double level, low, high;
  };
  for (const Case& c :
       {Case{{5, 1, 4, 2, 3}, 0.5, 2, 4}, Case{{5, 1, 4, 2, 3}, 0.95, 1.1, 4.9},
        Case{{3, 1, NAN, 2}, 0.5, 1.5, 2.5}, Case{{7}, 0.9, 7, 7}, Case{{1, 2}, 0.8, 1.1, 1.9}}) {
    const Interval interval = percentile_interval(c.values, c.level);
    EXPECT_NEAR(interval.low, c.low, 1e-12);
    EXPECT_NEAR(interval.high, c.high, 1e-12);
  }
  EXPECT_TRUE(std::isnan(percentile_interval({}, 0.95).low));
  EXPECT_TRUE(std::isnan(percentile_interval({NAN}, 0.95).high));
}

TEST(Bootstrap, DrawsAsManyOfEachClassAsItHas) {
  const std::vector<int> labels{2, 0, 0, 2, 0, 1};
  const auto per_class = [&](std::span<const int> weights, std::span<double> figures) {
    std::fill(figures.begin(), figures.end(), 0);
    for (std::size_t i = 0; i < labels.size(); ++i)
      figures[static_cast<std::size_t>(labels[i])] += weights[i];
  };
  const auto columns = bootstrap_figures(labels, 3, per_class, {.resamples = 100});
  ASSERT_EQ(columns.size(), 3u);
  EXPECT_EQ(columns[0], std::vector<double>(100, 3));
  EXPECT_EQ(columns[1], std::vector<double>(100, 1));
  EXPECT_EQ(columns[2], std::vector<double>(100, 2));
}

TEST(Bootstrap, DrawsEveryPictureAlike) {
  const std::vector<int> labels(10, 0);
  const auto counts = [](std::span<const int> weights, std::span<double> figures) {
    std::copy(weights.begin(), weights.end(), figures.begin());
  };
  const auto columns = bootstrap_figures(labels, 10, counts, {.resamples = 20'000});
  for (const auto& of_picture : columns) {
    // Binomial with 10 trials of 1/10: mean 1, variance 0.9.
    const double mean = std::accumulate(of_picture.begin(), of_picture.end(), 0.0) / 20'000;
    double variance = 0;
    for (const double count : of_picture) variance += (count - mean) * (count - mean) / 20'000;
    EXPECT_NEAR(mean, 1, 0.03);
    EXPECT_NEAR(variance, 0.9, 0.04);
  }
}

TEST(Bootstrap, RefusesOptionsThatMakeNoSense) {
  const std::vector<int> labels{0, 0};
  const auto nothing = [](std::span<const int>, std::span<double>) {};
  for (const BootstrapOptions& options :
       {BootstrapOptions{.resamples = -1}, BootstrapOptions{.resamples = 2'000'000},
        BootstrapOptions{.level = 0}, BootstrapOptions{.level = 1}, BootstrapOptions{.level = NAN},
        BootstrapOptions{.threads = -1}}) {
    try {
      bootstrap_intervals(labels, 1, nothing, options);
      ADD_FAILURE();
    } catch (const Error& error) {
      EXPECT_EQ(error.kind(), ErrorKind::Usage);
      EXPECT_FALSE(error.hint().empty());
    }
  }
}

}  // namespace
}  // namespace giemsa
