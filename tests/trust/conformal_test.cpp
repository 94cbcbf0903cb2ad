#include "giemsa/trust/conformal.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <limits>

#include "giemsa/core/error.h"
#include "trust/formula.h"
#include "trust/golden.h"

namespace giemsa {
namespace {

constexpr float kInfinity = std::numeric_limits<float>::infinity();

TEST(ConformalSets, LimitsEqualNumPy) {
  const auto cases = testing::golden("conformal");
  ASSERT_EQ(cases.size(), 3u);
  for (const auto& expected : cases) {
    ConformalSets sets;
    for (std::uint32_t i = 0; i < expected["count"]; ++i)
      sets.scores.push_back(testing::formula_uniform(i, 7) + 0.5f);
    std::ranges::sort(sets.scores);
    for (std::size_t i = 0; i < expected["levels"].size(); ++i)
      EXPECT_FLOAT_EQ(sets.limit(expected["levels"][i]), expected["limits"][i].get<float>());
  }
}

TEST(ConformalSets, LimitIsTheScoreOfTheRank) {
  const ConformalSets nine{{1, 2, 3, 4, 5, 6, 7, 8, 9}};
  const std::vector<std::pair<double, float>> cases{
      {0.001, 1}, {0.1, 1}, {0.11, 2}, {0.5, 5}, {0.89, 9}, {0.9, 9}, {0.91, kInfinity}, {0.99, kInfinity}};
  for (const auto& [level, limit] : cases) EXPECT_EQ(nine.limit(level), limit) << level;
  EXPECT_EQ(ConformalSets{}.limit(0.5), kInfinity);
}

TEST(ConformalSets, RefusesLevelsOutside) {
  for (const double level : {0., 1., -0.5, 1.5, std::numeric_limits<double>::quiet_NaN()})
    EXPECT_THROW(ConformalSets{{0.5f}}.limit(level), Error) << level;
}

TEST(Improbability, IsExactWhereTheProbabilityRoundsToOne) {
  const std::vector<double> p{1, 3e-20, 1e-20};
  EXPECT_FLOAT_EQ(improbability(p, 0), 4e-20f);
  EXPECT_EQ(improbability(p, 1), 1);
}

}  // namespace
}  // namespace giemsa
