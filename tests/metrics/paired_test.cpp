#include "giemsa/metrics/paired.h"

#include <gtest/gtest.h>

#include <cmath>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>

#include "giemsa/core/error.h"

namespace giemsa {
namespace {

using Right = std::vector<std::uint8_t>;

/// Answers of two models to the same pictures: so many that only the first got, only the second, both.
std::pair<Right, Right> answers(std::size_t only_first, std::size_t only_second, std::size_t both) {
  Right first(only_first, 1), second(only_first, 0);
  first.resize(only_first + only_second, 0);
  second.resize(only_first + only_second, 1);
  first.resize(first.size() + both, 1);
  second.resize(second.size() + both, 1);
  return {first, second};
}

TEST(McNemar, EqualsExactFractionsAndErfc) {
  std::ifstream file(std::filesystem::path(GIEMSA_TEST_DATA) / "mcnemar.json");
  const auto cases = nlohmann::json::parse(file);
  ASSERT_GE(cases.size(), 15u);
  for (const auto& expected : cases) {
    SCOPED_TRACE(expected.dump());
    const auto [first, second] = answers(expected[0], expected[1], 50);
    const McNemar test = mcnemar(first, second);
    EXPECT_EQ(test.only_first, expected[0]);
    EXPECT_EQ(test.only_second, expected[1]);
    EXPECT_NEAR(test.p, expected[2].get<double>(), 1e-12);
    EXPECT_EQ(test.exact, test.only_first + test.only_second < 25);
    EXPECT_EQ(std::isnan(test.chi_square), test.exact);
  }
  EXPECT_THROW(mcnemar(Right{1}, Right{1, 0}), Error);
}

/// The share of pictures that are right, as a figure of weighted pictures.
WeightedFigures share_of(const Right& right) {
  return [right](std::span<const int> weights, std::span<double> figures) {
    double sum = 0, count = 0;
    for (std::size_t i = 0; i < right.size(); ++i) {
      sum += weights[i] * right[i];
      count += weights[i];
    }
    figures[0] = sum / count;
  };
}

PairedDifference difference_of(const Right& first, const Right& second, const BootstrapOptions& options) {
  const std::vector<int> labels(first.size(), 0);
  return paired_bootstrap(labels, 1, share_of(first), share_of(second), options)[0];
}

TEST(PairedBootstrap, SeesThatTheSecondModelIsBetter) {
  const auto [first, second] = answers(20, 60, 920);
  const PairedDifference d = difference_of(first, second, {.resamples = 4000});
  EXPECT_NEAR(d.difference, 0.04, 1e-15);
  // A picture's difference is -1, 0 or 1: variance 0.08 - 0.04².
  const double half_width = 1.959964 * std::sqrt((0.08 - 0.04 * 0.04) / 1000);
  EXPECT_NEAR(d.interval.low, 0.04 - half_width, 0.002);
  EXPECT_NEAR(d.interval.high, 0.04 + half_width, 0.002);
  EXPECT_LT(d.p, 0.01);
  const PairedDifference reversed = difference_of(second, first, {.resamples = 4000});
  EXPECT_DOUBLE_EQ(reversed.difference, -d.difference);
  EXPECT_DOUBLE_EQ(reversed.interval.low, -d.interval.high);
  EXPECT_EQ(reversed.p, d.p);
}

TEST(PairedBootstrap, SeesNoDifferenceOfAlikeModels) {
  const auto [first, second] = answers(30, 30, 400);
  const PairedDifference d = difference_of(first, second, {.resamples = 2000});
  EXPECT_EQ(d.difference, 0);
  EXPECT_LT(d.interval.low, 0);
  EXPECT_GT(d.interval.high, 0);
  EXPECT_GT(d.p, 0.8);
  const PairedDifference same = difference_of(first, first, {.resamples = 100});
  EXPECT_EQ(same.interval.low, 0);
  EXPECT_EQ(same.interval.high, 0);
  EXPECT_EQ(same.p, 1);
}

TEST(PairedBootstrap, SaysNothingOfOnePicture) {
  const PairedDifference d = difference_of({1}, {0}, {.resamples = 100});
  EXPECT_EQ(d.difference, -1);
  EXPECT_TRUE(std::isnan(d.interval.low));
  EXPECT_TRUE(std::isnan(d.p));
}

}  // namespace
}  // namespace giemsa
