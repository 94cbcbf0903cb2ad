#include "giemsa/anomalies/outliers.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "giemsa/core/error.h"
#include "giemsa/core/random.h"

namespace giemsa {
namespace {

constexpr std::size_t kColumns = 20;

/// A record: one value for the first half of the features, one for the second.
void add_record(std::vector<float>& values, float first, float second) {
  values.insert(values.end(), kColumns / 2, first);
  values.insert(values.end(), kColumns / 2, second);
}

/// `count` records about a centre at `first` in the first half of the features and 0 in the second.
void add_class(std::vector<float>& values, std::size_t count, double first, double sd, std::uint64_t seed) {
  Random random({seed});
  for (std::size_t i = 0; i < count * kColumns; ++i)
    values.push_back(static_cast<float>(random.normal(i % kColumns < kColumns / 2 ? first : 0, sd)));
}

FeatureMatrix matrix(const std::vector<float>& values, std::size_t columns = kColumns) {
  return {values.data(), values.size() / columns, columns};
}

TEST(Outliers, KnowOwnAndNearestClass) {
  std::vector<float> values;
  add_class(values, 100, 0, 1, 1);
  add_class(values, 100, 12, 1, 2);
  add_record(values, 12, 0);   // labelled 0
  add_record(values, 6, -40);  // of neither
  add_record(values, 0.5, 0);  // without a label
  std::vector<int> labels(100, 0);
  labels.insert(labels.end(), 100, 1);
  labels.insert(labels.end(), {0, 1, -1});
  const OutlierScores scores = find_outliers(matrix(values), labels);
  ASSERT_EQ(scores.records.size(), 203u);
  EXPECT_EQ(scores.dimensions, kColumns);

  const OutlierScore& mislabelled = scores.records[200];
  EXPECT_EQ(mislabelled.own_class, 0);
  EXPECT_EQ(mislabelled.nearest_class, 1);
  EXPECT_LT(mislabelled.nearest, 1.5f);
  EXPECT_GT(mislabelled.own, 3 * mislabelled.nearest);
  EXPECT_TRUE(mislabelled.outlier);
  EXPECT_GT(mislabelled.relative, 50);  // close to all records, far from its class

  EXPECT_TRUE(scores.records[201].outlier);
  EXPECT_GT(scores.records[201].nearest, scores.threshold);

  const OutlierScore& unlabelled = scores.records[202];
  EXPECT_EQ(unlabelled.own_class, -1);
  EXPECT_EQ(unlabelled.nearest_class, 0);
  EXPECT_FALSE(unlabelled.outlier);

  std::size_t flagged = 0;
  for (std::size_t i = 0; i < 200; ++i) {
    flagged += scores.records[i].outlier;
    EXPECT_EQ(scores.records[i].nearest_class, labels[i]) << i;
  }
  EXPECT_EQ(flagged, 0u);
}

TEST(Outliers, SayWhatSpeaksForThem) {
  const OutlierScores scores{
      .records = {{.own = 31.24f, .nearest = 31.24f, .own_class = 1, .nearest_class = 1},
                  {.own = 25, .nearest = 9, .own_class = 0, .nearest_class = 1},
                  {.own = 25, .nearest = 9, .own_class = -1, .nearest_class = 1}},
      .median = 7.8f,
      .threshold = 19.4f};
  const std::vector<std::string> classes = {"ig", "monocyte"};
  EXPECT_EQ(
      outlier_evidence(scores, 0, classes),
      "Mahalanobis distance 31.2 to class monocyte; half of all records lie within 7.8, the limit is 19.4");
  EXPECT_EQ(outlier_evidence(scores, 1, classes),
            "Mahalanobis distance 25.0 to class ig; half of all records lie within 7.8, the limit is 19.4; "
            "class monocyte is nearer (9.0)");
  EXPECT_EQ(
      outlier_evidence(scores, 2, classes),
      "Mahalanobis distance 25.0 to all records; half of all records lie within 7.8, the limit is 19.4");
}

TEST(Outliers, AreFoundBesideFivePercentOfJunk) {
  std::vector<float> values;
  add_class(values, 570, 0, 1, 3);
  add_class(values, 30, 0, 12, 4);
  const OutlierScores scores = find_outliers(matrix(values), std::vector<int>(600, 0));
  std::size_t good = 0, junk = 0;
  for (std::size_t i = 0; i < 600; ++i) (i < 570 ? good : junk) += scores.records[i].outlier;
  EXPECT_EQ(good, 0u);
  EXPECT_EQ(junk, 30u);
}

TEST(Outliers, LiveWithSmallClassesAndConstantFeatures) {
  std::vector<float> values;
  add_class(values, 80, 0, 1, 5);
  add_class(values, 3, 6, 1, 6);   // shares the spread of the others
  add_class(values, 1, -6, 1, 7);  // has no class but itself
  for (std::size_t i = 3; i < values.size(); i += kColumns) values[i] = 2;
  std::vector<int> labels(80, 0);
  labels.insert(labels.end(), {3, 3, 3, 5});
  const OutlierScores scores = find_outliers(matrix(values), labels);
  for (const OutlierScore& score : scores.records) {
    EXPECT_TRUE(std::isfinite(score.own) && std::isfinite(score.nearest) && std::isfinite(score.relative));
    EXPECT_GT(score.own, 0);
  }
  for (std::size_t i = 80; i < 83; ++i) EXPECT_EQ(scores.records[i].nearest_class, 3) << i;
  EXPECT_EQ(scores.records[83].own_class, -1);
  EXPECT_NE(scores.records[83].nearest_class, 5);
}

TEST(Outliers, OfTinySetsAreNone) {
  EXPECT_TRUE(find_outliers({}, {}).records.empty());
  std::vector<float> values;
  add_class(values, 7, 0, 1, 8);
  add_record(values, 1e6f, 1e6f);
  for (const OutlierScore& score : find_outliers(matrix(values), std::vector<int>(8, 0)).records) {
    EXPECT_FALSE(score.outlier);
    EXPECT_TRUE(std::isfinite(score.own));
  }
}

TEST(Outliers, AreFoundAmongMoreFeaturesThanRecords) {
  constexpr std::size_t kRecords = 120, kMany = 512;
  std::vector<float> values;
  Random random({9});
  for (std::size_t i = 0; i < kRecords * kMany; ++i) values.push_back(static_cast<float>(random.normal()));
  for (std::size_t d = 0; d < kMany; ++d) values[17 * kMany + d] *= 8;
  const OutlierScores scores = find_outliers(matrix(values, kMany), std::vector<int>(kRecords, 0));
  EXPECT_EQ(scores.dimensions, 65u);
  for (std::size_t i = 0; i < kRecords; ++i) EXPECT_EQ(scores.records[i].outlier, i == 17) << i;
}

TEST(Outliers, WantFiniteFeaturesAndALabelForEach) {
  const std::vector<float> values = {1, 2, 3, std::numeric_limits<float>::infinity()};
  EXPECT_THROW(find_outliers(matrix(values, 4), std::vector<int>{0}), Error);
  EXPECT_THROW(find_outliers(matrix(values, 4), {}), Error);
}

}  // namespace
}  // namespace giemsa
