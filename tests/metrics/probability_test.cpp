#include <gtest/gtest.h>

#include <cmath>
#include <functional>
#include <limits>
#include <string>

#include "giemsa/core/error.h"
#include "giemsa/core/random.h"
#include "giemsa/metrics/average_precision.h"
#include "giemsa/metrics/brier.h"
#include "giemsa/metrics/curves.h"
#include "giemsa/metrics/log_loss.h"
#include "giemsa/metrics/measurement.h"
#include "giemsa/metrics/medmnist.h"
#include "giemsa/metrics/reliability.h"
#include "giemsa/metrics/risk_coverage.h"
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
  EXPECT_DOUBLE_EQ(weighted_auc(std::vector<double>{0.5, nan, 1.0}, std::vector<std::int64_t>{3, 9, 1}),
                   0.625);
  EXPECT_TRUE(std::isnan(weighted_auc(std::vector<double>{nan}, std::vector<std::int64_t>{1})));
}

TEST(LogLoss, OfKnownRows) {
  EXPECT_NEAR(log_loss(std::vector<float>{.25f, .75f, .5f, .5f}, std::vector<int>{1, 0}, 2),
              -(std::log(0.75) + std::log(0.5)) / 2, 1e-15);
  EXPECT_NEAR(log_loss(std::vector<float>{0.f, 1.f}, std::vector<int>{0}, 2), 52 * std::log(2.0), 1e-9);
  EXPECT_EQ(log_loss(std::vector<float>{1.f, 1.f}, std::vector<int>{0, 0}, 1), 0);
  EXPECT_TRUE(std::isnan(log_loss(std::vector<float>{}, std::vector<int>{}, 2)));
}

TEST(Brier, OfKnownRows) {
  EXPECT_EQ(brier_score(std::vector<float>{0, 1, 1, 0}, std::vector<int>{1, 0}, 2), 0);
  EXPECT_EQ(brier_score(std::vector<float>{0, 1, 1, 0}, std::vector<int>{0, 1}, 2), 2);  // sure and wrong
  EXPECT_EQ(brier_score(std::vector<float>{.5f, .25f, .25f}, std::vector<int>{0}, 3), .25 + 2 * .0625);
  EXPECT_TRUE(std::isnan(brier_score(std::vector<float>{}, std::vector<int>{}, 2)));
}

TEST(Reliability, BinsHoldTheirUpperEdge) {
  struct Case {
    float confidence;
    int bin;
  };
  for (const auto& [confidence, bin] : {Case{0.f, 0},
                                        {-1.f, 0},
                                        {.0666f, 0},
                                        {.0667f, 1},
                                        {.2f, 2},
                                        {.6f, 8},
                                        {.60001f, 9},
                                        {.8f, 11},
                                        {1.f, 14},
                                        {1.0001f, 14},
                                        {1e30f, 14}}) {
    EXPECT_EQ(reliability_bin(confidence), bin) << confidence;
  }
  EXPECT_EQ(reliability_bin(.5f, 2), 0);
  EXPECT_EQ(reliability_bin(.5001f, 2), 1);
}

TEST(RiskCoverage, AnyNumberThatOrdersIsAConfidence) {
  // Surest first: wrong, right, and two that cannot be told apart, one of them wrong.
  const auto curve =
      risk_coverage_curve(std::vector<float>{-3, 7, -3, 0}, std::vector<std::uint8_t>{1, 1, 0, 0});
  ASSERT_EQ(curve.size(), 3u);
  const double expected[][3] = {{.25, 1, 7}, {.5, .5, 0}, {1, .5, -3}};
  for (std::size_t i = 0; i < 3; ++i) {
    EXPECT_EQ(curve[i].coverage, expected[i][0]);
    EXPECT_EQ(curve[i].risk, expected[i][1]);
    EXPECT_EQ(curve[i].threshold, expected[i][2]);
  }
  EXPECT_DOUBLE_EQ(risk_areas(curve).aurc, .25 * 1 + .25 * .75 + .5 * .5);
  EXPECT_DOUBLE_EQ(risk_areas(curve).augrc, .25 * .125 + .25 * .25 + .5 * .375);
  EXPECT_TRUE(risk_coverage_curve({}, {}).empty());
  EXPECT_TRUE(std::isnan(risk_areas({}).aurc));
  EXPECT_THROW(risk_coverage_curve(std::vector<float>{1}, {}), Error);
  EXPECT_THROW(risk_coverage_curve(std::vector<float>{kNaN}, std::vector<std::uint8_t>{1}), Error);
}

TEST(Probabilities, MustFitAndBeNumbers) {
  const auto all_of_them = [](const std::vector<float>& probabilities, const std::vector<int>& labels,
                              int classes) {
    std::string kinds;  // of the errors, in turn
    const std::function<void()> calls[] = {
        [&] { one_vs_rest_auc(probabilities, labels, classes); },
        [&] { one_vs_rest_average_precision(probabilities, labels, classes); },
        [&] { log_loss(probabilities, labels, classes); },
        [&] { brier_score(probabilities, labels, classes); },
        [&] { reliability(probabilities, labels, classes); },
        [&] { roc_curve(probabilities, labels, classes, 0); },
        [&] { precision_recall_curve(probabilities, labels, classes, 0); },
        [&] { medmnist_score(probabilities, labels, classes); },
        [&] { Measurement(probabilities, labels, classes); },
    };
    for (const auto& call : calls) {
      try {
        call();
        kinds += '-';
      } catch (const Error& error) {
        kinds += error.kind() == ErrorKind::Data ? 'D' : error.kind() == ErrorKind::Internal ? 'I' : '?';
      }
    }
    return kinds;
  };
  const std::vector<float> good{.5f, .5f, .5f, .5f};
  EXPECT_EQ(all_of_them(good, {0, 1}, 2), "---------");
  EXPECT_EQ(all_of_them({}, {}, 2), "---------");
  EXPECT_EQ(all_of_them({.5f, .5f, 1.f}, {0, 1}, 2), "IIIIIIIII");
  EXPECT_EQ(all_of_them({}, {}, 0), "IIIIIIIII");
  EXPECT_EQ(all_of_them({.5f, kNaN, .5f, .5f}, {0, 1}, 2), "DDDDDDDDD");
  EXPECT_EQ(all_of_them({.5f, INFINITY, .5f, .5f}, {0, 1}, 2), "DDDDDDDDD");
  EXPECT_EQ(all_of_them(good, {0, 2}, 2), "DDDDDDDDD");
  EXPECT_EQ(all_of_them(good, {-1, 1}, 2), "DDDDDDDDD");
}

}  // namespace
}  // namespace giemsa
