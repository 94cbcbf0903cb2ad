#include "giemsa/stats/deal_folds.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>

namespace giemsa {
namespace {

using ::testing::Each;
using ::testing::ElementsAreArray;

TEST(DealFolds, DealsEachClassAndAllOfThemEvenly) {
  std::vector<int> labels;
  for (int i = 0; i < 22; ++i) labels.push_back(i % 3 == 0 ? 1 : i % 2 == 0 ? 0 : 4);  // 7, 8, 7
  const std::vector<int> fold = deal_folds(labels, 4, Random({1}));
  ASSERT_EQ(fold.size(), labels.size());
  std::array<std::array<int, 4>, 5> of_class{};
  std::array<int, 4> all{};
  for (std::size_t i = 0; i < fold.size(); ++i) {
    ++of_class.at(static_cast<std::size_t>(labels[i])).at(static_cast<std::size_t>(fold[i]));
    ++all.at(static_cast<std::size_t>(fold[i]));
  }
  for (const int k : {0, 1, 4})
    EXPECT_THAT(of_class[static_cast<std::size_t>(k)], Each(::testing::AnyOf(1, 2)));
  EXPECT_THAT(all, Each(::testing::AnyOf(5, 6)));
}

TEST(DealFolds, DependsOnTheStreamAlone) {
  const std::vector<int> labels(50, 0);
  const std::vector<int> fold = deal_folds(labels, 5, Random({1}));
  EXPECT_THAT(deal_folds(labels, 5, Random({1})), ElementsAreArray(fold));
  EXPECT_NE(deal_folds(labels, 5, Random({2})), fold);
}

TEST(DealFolds, LeavesFoldsEmptyWhereRecordsAreFew) {
  EXPECT_TRUE(deal_folds({}, 3, Random({1})).empty());
  EXPECT_THAT(deal_folds(std::vector{2, 0}, 5, Random({1})), ElementsAreArray({1, 0}));
}

}  // namespace
}  // namespace giemsa
