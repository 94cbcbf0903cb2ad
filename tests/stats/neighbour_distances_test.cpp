#include "giemsa/stats/neighbour_distances.h"

#include <gtest/gtest.h>

#include <numeric>

#include "giemsa/core/error.h"

namespace giemsa {
namespace {

TEST(NeighbourDistances, MeasuresToTheFifthNeighbour) {
  // On a line: 0, 1, … 19, and a query at 100.
  std::vector<float> rows(21);
  std::iota(rows.begin(), rows.end(), 0.f);
  rows[20] = 100;
  std::vector<std::size_t> others(20);
  std::iota(others.begin(), others.end(), std::size_t{0});
  const NeighbourDistances company = neighbour_distances(rows, 1, std::vector<std::size_t>{20}, others);
  EXPECT_EQ(company.distances, (std::vector<double>{85}));
  EXPECT_EQ(company.usual.median, 3);  // itself left out, two on one side and three on the other
}

TEST(NeighbourDistances, WantsEnoughToCompareWith) {
  const std::vector<float> rows(6, 0.f);
  EXPECT_THROW(
      neighbour_distances(rows, 1, std::vector<std::size_t>{5}, std::vector<std::size_t>{0, 1, 2, 3, 4}),
      Error);
}

}  // namespace
}  // namespace giemsa
