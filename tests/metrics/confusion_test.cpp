#include "giemsa/metrics/confusion.h"

#include <gtest/gtest.h>

#include <cmath>

#include "giemsa/core/error.h"
#include "giemsa/metrics/scores.h"

namespace giemsa {
namespace {

TEST(ArgMax, TakesTheFirstOfEquals) {
  EXPECT_EQ(arg_max(std::vector<float>{0.2f, 0.4f, 0.4f}), 1);
  EXPECT_EQ(arg_max(std::vector<float>{0.5f, 0.5f}), 0);
  EXPECT_EQ(arg_max(std::vector<float>{1.f}), 0);
}

TEST(ArgMax, OfRows) {
  const std::vector<float> probabilities{.1f, .9f, .7f, .3f, .5f, .5f};
  EXPECT_EQ(arg_max_rows(probabilities, 2), (std::vector<int>{1, 0, 0}));
  EXPECT_EQ(arg_max_rows(std::vector<float>{}, 3), std::vector<int>{});
  EXPECT_THROW(arg_max_rows(probabilities, 4), Error);
  EXPECT_THROW(arg_max_rows(probabilities, 0), Error);
}

TEST(Confusion, CountsTruthsInRowsAndPredictionsInColumns) {
  const auto m = count_confusion(std::vector<int>{0, 0, 0, 1, 2}, std::vector<int>{0, 1, 1, 1, 0}, 3);
  EXPECT_EQ(m.at(0, 0), 1);
  EXPECT_EQ(m.at(0, 1), 2);
  EXPECT_EQ(m.at(1, 0), 0);
  EXPECT_EQ(m.at(2, 0), 1);
  EXPECT_EQ(m.truths(0), 3);
  EXPECT_EQ(m.predictions(0), 2);
  EXPECT_EQ(m.predictions(2), 0);
  EXPECT_EQ(m.right(), 2);
  EXPECT_EQ(m.total(), 5);
}

TEST(Confusion, RefusesClassesThatDoNotExist) {
  ConfusionMatrix m(3);
  for (const auto& [truth, predicted] : {std::pair{-1, 0}, {0, -1}, {3, 0}, {0, 3}}) {
    try {
      m.add(truth, predicted);
      ADD_FAILURE() << truth << ", " << predicted << " was counted";
    } catch (const Error& error) {
      EXPECT_EQ(error.kind(), ErrorKind::Data);
    }
  }
  EXPECT_EQ(m.total(), 0);
  EXPECT_THROW(ConfusionMatrix(0), Error);
  EXPECT_THROW(count_confusion(std::vector<int>{0}, std::vector<int>{0, 1}, 2), Error);
}

TEST(Scores, OfNothingAreZeroOrUndefined) {
  const ConfusionMatrix empty(2);
  EXPECT_TRUE(std::isnan(accuracy(empty)));
  EXPECT_TRUE(std::isnan(balanced_accuracy(empty)));
  EXPECT_EQ(macro_average(empty).f1, 0);
  EXPECT_EQ(weighted_average(empty).f1, 0);
}

TEST(Scores, WeightedRecallIsTheAccuracy) {
  const auto m = count_confusion(std::vector<int>{0, 0, 0, 1, 2, 2}, std::vector<int>{0, 1, 0, 1, 0, 2}, 3);
  EXPECT_DOUBLE_EQ(weighted_average(m).recall, accuracy(m));
  EXPECT_DOUBLE_EQ(accuracy(m), 4.0 / 6.0);
}

}  // namespace
}  // namespace giemsa
