#include "giemsa/stats/shrinkage_covariance.h"

#include <gtest/gtest.h>

#include <cmath>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>

#include "giemsa/core/error.h"
#include "giemsa/stats/mahalanobis.h"

namespace giemsa {
namespace {

std::vector<double> flat(const nlohmann::json& rows) {
  std::vector<double> values;
  for (const auto& row : rows) {
    for (const auto& value : row) values.push_back(value);
  }
  return values;
}

/// Cases of scikit-learn's LedoitWolf, made by tests/golden/make/ledoit_wolf.py.
nlohmann::json golden_cases() {
  std::ifstream file(std::filesystem::path(GIEMSA_TEST_DATA) / "ledoit_wolf.json");
  return nlohmann::json::parse(file).at("cases");
}

void expect_near(const std::vector<double>& got, const std::vector<double>& expected) {
  ASSERT_EQ(got.size(), expected.size());
  for (std::size_t i = 0; i < got.size(); ++i)
    EXPECT_NEAR(got[i], expected[i], 1e-9 * std::max(1.0, std::abs(expected[i]))) << i;
}

TEST(ShrinkageCovariance, EqualsScikitLearn) {
  const auto cases = golden_cases();
  ASSERT_EQ(cases.size(), 10u);
  for (const auto& expected : cases) {
    SCOPED_TRACE(expected["name"].get<std::string>());
    const ShrinkageCovariance got = ledoit_wolf(row_moments(flat(expected["rows"]), expected["mean"].size()));
    expect_near(got.mean, expected["mean"]);
    expect_near(got.values, flat(expected["covariance"]));
    EXPECT_NEAR(got.shrinkage, expected["shrinkage"].get<double>(), 1e-9);
  }
}

TEST(Gaussian, MeasuresTheDistancesOfScikitLearn) {
  int compared = 0;
  for (const auto& expected : golden_cases()) {
    if (!expected.contains("squared_distances")) continue;
    SCOPED_TRACE(expected["name"].get<std::string>());
    const auto rows = flat(expected["rows"]);
    const Gaussian gaussian(ledoit_wolf(row_moments(rows, expected["mean"].size())), 0);
    expect_near(gaussian.squared_distances(rows), expected["squared_distances"]);
    ++compared;
  }
  EXPECT_EQ(compared, 8);  // of the others the covariance has no inverse
}

TEST(ShrinkageCovariance, OfOneRecordIsZero) {
  const ShrinkageCovariance one = ledoit_wolf(row_moments(std::vector<double>{3, 4}, 2));
  EXPECT_EQ(one.mean, (std::vector<double>{3, 4}));
  EXPECT_EQ(one.values, (std::vector<double>{0, 0, 0, 0}));
}

TEST(ShrinkageCovariance, WantsWholeRecords) {
  EXPECT_THROW(row_moments(std::vector<double>{1, 2, 3}, 2), Error);
  EXPECT_THROW(ledoit_wolf(row_moments(std::vector<double>{}, 2)), Error);
}

}  // namespace
}  // namespace giemsa
