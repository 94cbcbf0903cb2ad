#include "giemsa/stats/distance_histogram.h"

#include <gtest/gtest.h>

#include <limits>

#include "giemsa/core/error.h"

namespace giemsa {
namespace {

TEST(DistanceHistogram, CountsFromZeroToTwiceTheThreshold) {
  const std::vector<float> distances = {0, 0.4f, 1, 1.9f, 3.99f, 4, 100};
  const DistanceHistogram histogram = distance_histogram(distances, 2, 4);
  EXPECT_EQ(histogram.first, 0);
  EXPECT_EQ(histogram.width, 1);
  EXPECT_EQ(histogram.threshold, 2);
  EXPECT_EQ(histogram.counts, (std::vector<std::size_t>{2, 2, 0, 3}));  // the last takes all beyond
}

TEST(DistanceHistogram, OfNothingIsEmpty) {
  EXPECT_EQ(distance_histogram({}, 1, 3).counts, (std::vector<std::size_t>{0, 0, 0}));
}

TEST(DistanceHistogram, RefusesWhatIsNoDistance) {
  EXPECT_THROW(distance_histogram(std::vector<float>{-1}, 1), Error);
  EXPECT_THROW(distance_histogram(std::vector<float>{std::numeric_limits<float>::quiet_NaN()}, 1), Error);
  EXPECT_THROW(distance_histogram({}, 0), Error);
  EXPECT_THROW(distance_histogram({}, 1, 0), Error);
}

}  // namespace
}  // namespace giemsa
