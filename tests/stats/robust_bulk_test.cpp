#include "giemsa/stats/robust_bulk.h"

#include <gtest/gtest.h>

#include <cmath>

#include "giemsa/core/random.h"

namespace giemsa {
namespace {

TEST(DistanceBulk, IsMedianAndMedianDeviationOfLogarithms) {
  const DistanceBulk bulk = bulk_of(std::vector<double>{1, std::exp(1.0), std::exp(2.0), std::exp(3.0), 1e6});
  EXPECT_NEAR(bulk.median, std::exp(2.0), 1e-12);
  EXPECT_NEAR(bulk.log_sigma, 1.4826, 1e-12);
  EXPECT_NEAR(bulk.sigmas(std::exp(2.0 + 1.4826)), 1, 1e-12);
  EXPECT_NEAR(bulk.distance_at(-1), std::exp(2.0 - 1.4826), 1e-12);
}

TEST(DistanceBulk, OfEqualDistancesIsNotInfinitelyNarrow) {
  const DistanceBulk bulk = bulk_of(std::vector<double>(9, 4.0));
  EXPECT_EQ(bulk.log_sigma, 0.2);
  EXPECT_EQ(bulk.sigmas(4), 0);
  EXPECT_TRUE(std::isfinite(bulk_of(std::vector<double>{0}).sigmas(0)));
}

TEST(RobustFit, FindsItsWayPastStrays) {
  // 950 records about 0 and 50 far out in all directions.
  constexpr std::size_t kRecords = 1000, kColumns = 20;
  Random random({11});
  std::vector<float> rows;
  for (std::size_t i = 0; i < kRecords; ++i) {
    for (std::size_t d = 0; d < kColumns; ++d)
      rows.push_back(static_cast<float>(random.normal(0, i % 20 == 0 ? 5 : 1)));
  }
  const RobustFit fit = fit_bulk(rows, kColumns);
  for (std::size_t i = 0; i < kRecords; ++i) {
    if (i % 20 == 0) {
      EXPECT_GT(fit.bulk.sigmas(fit.distances[i]), 4) << i;
    } else {
      EXPECT_LT(fit.bulk.sigmas(fit.distances[i]), 4) << i;
    }
  }
  EXPECT_NEAR(fit.bulk.median, std::sqrt(19.34), 0.15);  // the median of chi-square with 20 degrees
}

TEST(RobustFit, OfManyRecordsMeasuresAll) {
  // More than are fitted; every 20th is far out.
  constexpr std::size_t kRecords = 2 * kMostFitted + 500, kColumns = 20;
  Random random({12});
  std::vector<float> rows;
  for (std::size_t i = 0; i < kRecords * kColumns; ++i)
    rows.push_back(static_cast<float>(random.normal(0, i / kColumns % 20 == 0 ? 8 : 1)));
  const RobustFit fit = fit_bulk(rows, kColumns);
  ASSERT_EQ(fit.distances.size(), kRecords);
  for (std::size_t i = 0; i < kRecords; ++i)
    EXPECT_EQ(fit.bulk.sigmas(fit.distances[i]) > 5, i % 20 == 0) << i;
}

TEST(RobustFit, OfOneOrOfEqualRecordsIsFinite) {
  for (const std::size_t records : {1u, 2u, 60u}) {
    const RobustFit fit = fit_bulk(std::vector<float>(records * 3, 0.5f), 3);
    EXPECT_EQ(fit.distances, std::vector<double>(records, 0.0));
  }
}

}  // namespace
}  // namespace giemsa
