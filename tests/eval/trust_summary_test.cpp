#include "giemsa/eval/trust_summary.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "giemsa/core/error.h"

namespace giemsa {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Pair;

/// Pictures a to f: right, wrong, right, right, wrong, not labelled.
Predictions six_pictures() {
  return {.classes = {"x", "y"},
          .ids = {"a", "b", "c", "d", "e", "f"},
          .paths = {"a", "b", "c", "d", "e", "f"},
          .labels = {0, 1, 1, 0, 0, -1},
          .probabilities = {.9f, .1f, .8f, .2f, .3f, .7f, .6f, .4f, .1f, .9f, .5f, .5f}};
}

TEST(AbstentionFigures, CountsAnsweredAndReasons) {
  const std::vector<std::string> reasons{"", "unsure", "", "odd", "", "unsure"};
  const AbstentionFigures figures = abstention_figures(six_pictures(), reasons);
  EXPECT_EQ(figures.answered, 3);
  EXPECT_EQ(figures.abstained, 3);
  EXPECT_DOUBLE_EQ(figures.coverage, 0.5);
  EXPECT_DOUBLE_EQ(figures.accuracy_answered, 2.0 / 3);
  EXPECT_DOUBLE_EQ(figures.accuracy_abstained, 0.5);  // b and d; f is not labelled
  EXPECT_THAT(figures.reasons, ElementsAre(Pair("unsure", 2), Pair("odd", 1)));
}

TEST(AbstentionFigures, AreNotDefinedWithoutPictures) {
  const AbstentionFigures all = abstention_figures(six_pictures(), std::vector<std::string>(6));
  EXPECT_DOUBLE_EQ(all.coverage, 1);
  EXPECT_TRUE(std::isnan(all.accuracy_abstained));
  EXPECT_THAT(all.reasons, IsEmpty());
  const AbstentionFigures none = abstention_figures(six_pictures(), std::vector<std::string>(6, "odd"));
  EXPECT_DOUBLE_EQ(none.coverage, 0);
  EXPECT_TRUE(std::isnan(none.accuracy_answered));
  EXPECT_TRUE(std::isnan(abstention_figures({}, {}).coverage));
  EXPECT_THROW(abstention_figures(six_pictures(), std::vector<std::string>(5)), Error);
}

}  // namespace
}  // namespace giemsa
