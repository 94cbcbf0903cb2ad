#include "giemsa/explain/nearest.h"

#include <gtest/gtest.h>

#include <cmath>

#include "giemsa/core/error.h"

namespace giemsa {
namespace {

const std::vector<float> kSet{1, 0, 0, 2, 3, 3, -1, 0, 0, 0, 5, 0, NAN, 1};

TEST(Nearest, GivesTheSmallestAnglesInOrder) {
  const std::vector<Neighbour> got = nearest({kSet.data(), 7, 2}, std::vector<float>{2, 0}, 4);
  ASSERT_EQ(got.size(), 4u);
  EXPECT_EQ(got[0].row, 0u);  // as near as row 5, but before it
  EXPECT_EQ(got[1].row, 5u);
  EXPECT_EQ(got[2].row, 2u);
  EXPECT_NEAR(got[2].distance, 1 - std::sqrt(0.5), 1e-12);
  EXPECT_EQ(got[3].row, 1u);  // a right angle, as row 4 of length 0
  EXPECT_EQ(got[3].distance, 1);
}

TEST(Nearest, GivesAllThatThereAre) {
  const std::vector<Neighbour> got = nearest({kSet.data(), 7, 2}, std::vector<float>{2, 0}, 100);
  ASSERT_EQ(got.size(), 6u);  // not the one without numbers
  EXPECT_EQ(got[5].row, 3u);
  EXPECT_EQ(got[5].distance, 2);
  EXPECT_TRUE(nearest({}, {}, 3).empty());
}

TEST(Nearest, IsNeverNearerThanTheSame) {
  const std::vector<float> ones{1, 1, 1};  // whose cosine with themselves is rounded above 1
  EXPECT_EQ(nearest({ones.data(), 1, 3}, ones, 1).front().distance, 0);
}

TEST(Nearest, RefusesAQueryOfAnotherSize) {
  EXPECT_THROW(nearest({kSet.data(), 7, 2}, std::vector<float>{1, 2, 3}, 1), Error);
}

}  // namespace
}  // namespace giemsa
