#include "giemsa/stats/row_moments.h"

#include <gtest/gtest.h>

#include "giemsa/core/error.h"

namespace giemsa {
namespace {

TEST(RowMoments, AreSumsOverRecords) {
  // |x|² is 5 and 25.
  const RowMoments moments = row_moments(std::vector<double>{1, 2, 3, -4}, 2);
  EXPECT_EQ(moments.columns, 2u);
  EXPECT_EQ(moments.count, 2);
  EXPECT_EQ(moments.sums, (std::vector<double>{4, -2}));
  EXPECT_EQ(moments.products, (std::vector<double>{10, -10, 0, 20}));
  EXPECT_EQ(moments.thirds, (std::vector<double>{80, -90}));
  EXPECT_EQ(moments.fourths, 650);
}

TEST(RowMoments, OfPartsAddUp) {
  // Whole numbers, so that all sums are exact; more records than are multiplied at a time.
  constexpr std::size_t kRecords = 75, kColumns = 11;
  std::vector<float> rows;
  for (std::size_t i = 0; i < kRecords * kColumns; ++i) rows.push_back(static_cast<float>(i * i % 17) - 8);
  const std::span<const float> all(rows);
  const RowMoments first = row_moments(all.first(13 * kColumns), kColumns);
  const RowMoments rest = row_moments(all.subspan(13 * kColumns), kColumns);
  const RowMoments whole = row_moments(all, kColumns);
  RowMoments sum = first;
  sum += rest;
  EXPECT_EQ(sum.count, 75);
  EXPECT_EQ(sum.sums, whole.sums);
  EXPECT_EQ(sum.products, whole.products);
  EXPECT_EQ(sum.thirds, whole.thirds);
  EXPECT_EQ(sum.fourths, whole.fourths);
  sum -= first;
  EXPECT_EQ(sum.count, 62);
  EXPECT_EQ(sum.products, rest.products);
}

TEST(RowMoments, WantWholeRecordsOfTheSameFeatures) {
  EXPECT_THROW(row_moments(std::vector<float>{1, 2, 3}, 2), Error);
  RowMoments two = row_moments(std::vector<float>{1, 2}, 2);
  EXPECT_THROW(two += row_moments(std::vector<float>{1, 2, 3}, 3), Error);
}

}  // namespace
}  // namespace giemsa
