#include "giemsa/train/plateau.h"

#include <gtest/gtest.h>

#include <fstream>
#include <limits>
#include <nlohmann/json.hpp>

namespace giemsa {
namespace {

TEST(Plateau, AgreesWithPyTorch) {
  std::ifstream file(GIEMSA_TEST_DATA "/schedules.json");
  const auto cases = nlohmann::json::parse(file).at("plateaus");
  ASSERT_EQ(cases.size(), 6u);
  for (const auto& one : cases) {
    const PlateauOptions options{one.at("factor"), one.at("patience"), one.at("threshold"),
                                 one.at("min_frac")};
    const std::vector<double> figures = one.at("figures"), fracs = one.at("fracs");
    ASSERT_EQ(figures.size(), 19u);
    PlateauState state;
    for (std::size_t i = 0; i < figures.size(); ++i) {
      state = after_epoch(state, options, figures[i], one.at("higher_is_better"));
      EXPECT_NEAR(state.frac, fracs[i], 1e-15) << one.dump() << ", epoch " << i + 1;
    }
    EXPECT_LT(state.frac, 1) << "the figures must make it fall";
  }
}

TEST(Plateau, DoesNotTakeWhatIsNotANumberForBetter) {
  constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();
  constexpr PlateauOptions kOptions{.factor = 0.5, .patience = 1};
  PlateauState state = after_epoch({}, kOptions, kNaN, false);
  EXPECT_FALSE(state.has_best);
  state = after_epoch(state, kOptions, 3, false);
  EXPECT_TRUE(state.has_best);
  EXPECT_EQ(state.best, 3);
  state = after_epoch(after_epoch(state, kOptions, kNaN, false), kOptions, kNaN, false);
  EXPECT_EQ(state.best, 3);
  EXPECT_EQ(state.frac, 0.5);
}

}  // namespace
}  // namespace giemsa
