#include "giemsa/stats/mahalanobis.h"

#include <gtest/gtest.h>

#include <cmath>
#include <span>

#include "giemsa/core/error.h"
#include "giemsa/core/random.h"

namespace giemsa {
namespace {

TEST(Gaussian, MeasuresInUnitsOfTheSpread) {
  // Variances 4 and 9 about (1, 2).
  const Gaussian gaussian({.mean = {1, 2}, .values = {4, 0, 0, 9}, .shrinkage = 0}, 0);
  EXPECT_EQ(gaussian.columns(), 2u);
  const auto distances = gaussian.squared_distances(std::vector<double>{1, 2, 3, 2, 1, 8, 5, -1});
  ASSERT_EQ(distances.size(), 4u);
  EXPECT_DOUBLE_EQ(distances[0], 0);
  EXPECT_DOUBLE_EQ(distances[1], 1);
  EXPECT_DOUBLE_EQ(distances[2], 4);
  EXPECT_DOUBLE_EQ(distances[3], 5);
}

TEST(Gaussian, KnowsCorrelation) {
  // Along the diagonal the variance is 1.8, across it 0.2.
  const Gaussian gaussian({.mean = {0, 0}, .values = {1, 0.8, 0.8, 1}, .shrinkage = 0}, 0);
  const auto distances = gaussian.squared_distances(std::vector<double>{1, 1, 1, -1});
  EXPECT_NEAR(distances[0], 2 / 1.8, 1e-12);
  EXPECT_NEAR(distances[1], 2 / 0.2, 1e-12);
}

TEST(Gaussian, FloorKeepsConstantFeaturesFinite) {
  const ShrinkageCovariance flat{.mean = {0, 5}, .values = {1, 0, 0, 0}, .shrinkage = 0};
  EXPECT_NEAR(Gaussian(flat, 0.25).squared_distances(std::vector<double>{0, 6})[0], 4, 1e-12);
  EXPECT_THROW(Gaussian(flat, 0), Error);
}

TEST(Gaussian, WantsRecordsOfItsSize) {
  const Gaussian gaussian({.mean = {0, 0}, .values = {1, 0, 0, 1}, .shrinkage = 0}, 0);
  EXPECT_THROW(gaussian.squared_distances(std::vector<double>{1, 2, 3}), Error);
}

TEST(Gaussian, MeasuresFloatsAsDoubles) {
  // More features than are whitened at a time, which are correlated.
  constexpr std::size_t kRecords = 100, kColumns = 37;
  Random random({8});
  std::vector<double> rows;
  for (std::size_t i = 0; i < kRecords * kColumns; ++i)
    rows.push_back(static_cast<float>(random.normal() + (i % kColumns == 0 ? 0 : rows.back())));
  const std::vector<float> floats(rows.begin(), rows.end());
  const Gaussian gaussian(ledoit_wolf(row_moments(rows, kColumns)), 0.02);
  const auto exact = gaussian.squared_distances(rows);
  const auto fast = gaussian.squared_distances(floats), white = gaussian.whitened(floats);
  for (std::size_t i = 0; i < kRecords; ++i) {
    const auto row = std::span(floats).subspan(i * kColumns, kColumns);
    EXPECT_NEAR(fast[i] / exact[i], 1, 1e-4) << i;
    EXPECT_EQ(gaussian.squared_distance(row, 1e9f), fast[i]) << i;
    EXPECT_GT(gaussian.squared_distance(row, fast[i] / 3), fast[i] / 3) << i;
    double length = 0;
    for (std::size_t c = 0; c < kColumns; ++c) length += std::pow(white[i * kColumns + c], 2);
    EXPECT_NEAR(length / exact[i], 1, 1e-4) << i;
  }
}

TEST(HeldOut, EqualsLeavingTheRecordOut) {
  constexpr std::size_t kRecords = 12, kColumns = 2;
  Random random({7});
  std::vector<double> rows(kRecords * kColumns);
  for (double& value : rows) value = random.normal();
  // The plain covariance, since the relation is exact without shrinkage.
  const auto plain = [](const std::vector<double>& x) {
    const double n = static_cast<double>(x.size() / 2);
    ShrinkageCovariance c{.mean = {0, 0}, .values = {0, 0, 0, 0}, .shrinkage = 0};
    for (std::size_t i = 0; i < x.size(); ++i) c.mean[i % 2] += x[i] / n;
    for (std::size_t i = 0; i < x.size(); i += 2) {
      const double a = x[i] - c.mean[0], b = x[i + 1] - c.mean[1];
      c.values[0] += a * a / n, c.values[1] += a * b / n, c.values[2] += a * b / n, c.values[3] += b * b / n;
    }
    return Gaussian(c, 0);
  };
  const auto within = plain(rows).squared_distances(rows);
  for (std::size_t i = 0; i < kRecords; ++i) {
    std::vector<double> others = rows, one(rows.begin() + 2 * i, rows.begin() + 2 * i + 2);
    others.erase(others.begin() + 2 * i, others.begin() + 2 * i + 2);
    EXPECT_NEAR(held_out(within[i], kRecords), plain(others).squared_distances(one)[0], 1e-9) << i;
  }
}

}  // namespace
}  // namespace giemsa
