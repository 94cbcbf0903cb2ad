#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "giemsa/core/error.h"
#include "giemsa/core/random.h"
#include "giemsa/metrics/log_loss.h"
#include "giemsa/metrics/roc_auc.h"

namespace giemsa {
namespace {

constexpr float kNaN = std::numeric_limits<float>::quiet_NaN();

/// The definition: the share of (positive, negative) pairs in the right order, ties counting one half.
double auc_by_pairs(const std::vector<float>& probabilities, const std::vector<int>& labels, int classes,
                    int k) {
  double wins = 0, pairs = 0;
  const auto score = [&](std::size_t i) { return probabilities[i * classes + k]; };
  for (std::size_t i = 0; i < labels.size(); ++i) {
    for (std::size_t j = 0; j < labels.size(); ++j) {
      if (labels[i] != k || labels[j] == k) continue;
      wins += score(i) > score(j) ? 1 : score(i) == score(j) ? 0.5 : 0;
      ++pairs;
    }
  }
  return wins / pairs;
}

TEST(RocAuc, IsTheShareOfPairsInTheRightOrder) {
  constexpr int kClasses = 3;
  for (const int levels : {2, 10, 1'000'000}) {  // few levels: many ties
    SCOPED_TRACE(levels);
    Random random({7, static_cast<std::uint64_t>(levels)});
    std::vector<int> labels(400);
    std::vector<float> scores(labels.size() * kClasses);
    for (int& label : labels) label = static_cast<int>(random.below(kClasses));
    for (float& score : scores) score = static_cast<float>(random.below(levels)) / static_cast<float>(levels);
    const auto auc = one_vs_rest_auc(scores, labels, kClasses);
    for (int k = 0; k < kClasses; ++k) EXPECT_NEAR(auc[k], auc_by_pairs(scores, labels, kClasses, k), 1e-12);
  }
}

TEST(RocAuc, OfLargeSetsKeepsItsDigits) {
  // 200,000 pictures, every second of the class, all scores tied but one pair: 1/2 + 1/(2·P·N).
  std::vector<int> labels(200'000);
  std::vector<float> probabilities(2 * labels.size(), 0.5f);
  for (std::size_t i = 0; i < labels.size(); ++i) labels[i] = static_cast<int>(i % 2);
  EXPECT_EQ(one_vs_rest_auc(probabilities, labels, 2), (std::vector<double>{0.5, 0.5}));
  probabilities[2 * 1 + 1] = 0.9f;  // one picture of class 1 above all others: N of P·N pairs gain a half
  EXPECT_NEAR(one_vs_rest_auc(probabilities, labels, 2)[1], 0.5 + 0.5 / 100'000, 1e-12);
}

TEST(RocAuc, AveragesSkipWhatIsNotDefined) {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  EXPECT_DOUBLE_EQ(macro_auc(std::vector<double>{0.5, nan, 1.0}), 0.75);
  EXPECT_TRUE(std::isnan(macro_auc(std::vector<double>{nan, nan})));
  EXPECT_DOUBLE_EQ(weighted_auc(std::vector<double>{0.5, nan, 1.0}, std::vector<int>{0, 0, 0, 2}), 0.625);
  EXPECT_TRUE(std::isnan(weighted_auc(std::vector<double>{nan}, std::vector<int>{0})));
}

TEST(LogLoss, OfKnownRows) {
  EXPECT_NEAR(log_loss(std::vector<float>{.25f, .75f, .5f, .5f}, std::vector<int>{1, 0}, 2),
              -(std::log(0.75) + std::log(0.5)) / 2, 1e-15);
  EXPECT_NEAR(log_loss(std::vector<float>{0.f, 1.f}, std::vector<int>{0}, 2), 52 * std::log(2.0), 1e-9);
  EXPECT_EQ(log_loss(std::vector<float>{1.f, 1.f}, std::vector<int>{0, 0}, 1), 0);
  EXPECT_TRUE(std::isnan(log_loss(std::vector<float>{}, std::vector<int>{}, 2)));
}

TEST(Probabilities, MustFitAndBeNumbers) {
  const std::vector<int> labels{0, 1};
  const std::vector<float> three{.5f, .5f, 1.f}, broken{.5f, kNaN, .5f, .5f}, good{.5f, .5f, .5f, .5f};
  EXPECT_THROW(one_vs_rest_auc(three, labels, 2), Error);
  EXPECT_THROW(one_vs_rest_auc(broken, labels, 2), Error);
  EXPECT_THROW(log_loss(three, labels, 2), Error);
  EXPECT_THROW(log_loss(broken, labels, 2), Error);
  EXPECT_THROW(log_loss(good, std::vector<int>{0, 2}, 2), Error);
  EXPECT_THROW(log_loss(good, std::vector<int>{-1, 1}, 2), Error);
}

}  // namespace
}  // namespace giemsa
