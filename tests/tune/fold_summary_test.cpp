#include "giemsa/tune/fold_summary.h"

#include <gtest/gtest.h>

#include <cmath>

namespace giemsa {
namespace {

TEST(FoldSummary, SpreadAsNumpy) {  // numpy 1.24: a.mean(), a.std(ddof=1)
  const double none = std::nan("");
  struct Case {
    std::vector<double> values;
    double mean, deviation;
  };
  const Case cases[] = {
      {{0.91, 0.93, 0.9, 0.95, 0.92}, 0.922, 0.019235384061671336},
      {{1, 2, 3, 4}, 2.5, 1.2909944487358056},
      {{1e9 + 4, 1e9 + 7, 1e9 + 13, 1e9 + 16}, 1000000010.0, 5.477225575051661},
      {{0.5, 0.5, 0.5}, 0.5, 0},
      {{0.25, none, 0.75}, 0.5, 0.3535533905932738},  // as numpy without the NaN
  };
  for (const Case& c : cases) {
    const Spread spread = spread_of(c.values);
    EXPECT_DOUBLE_EQ(spread.mean, c.mean);
    EXPECT_DOUBLE_EQ(spread.deviation, c.deviation);
  }
  const std::vector<double> one{0.5}, nothing{none};
  EXPECT_EQ(spread_of(one).mean, 0.5);
  EXPECT_TRUE(std::isnan(spread_of(one).deviation));
  EXPECT_TRUE(std::isnan(spread_of(nothing).mean));
}

TEST(FoldSummary, AveragesOverTheFolds) {
  std::vector<FoldResult> folds(3);
  for (std::size_t i = 0; i < 3; ++i) {
    Evaluation& e = folds[i].evaluation;
    const double x = static_cast<double>(i);
    e.accuracy = 0.9 + 0.01 * x;
    e.balanced_accuracy = 0.8 + 0.01 * x;
    e.macro.f1 = 0.7 + 0.02 * x;
    e.roc_auc = 0.99;
    e.log_loss = 0.3 - 0.1 * x;
    e.classes = {{.name = "a", .recall = 0.5 + 0.1 * x, .support = 4},
                 {.name = "b", .recall = 0, .support = 0}};
  }
  folds[2].evaluation.classes[1] = {.name = "b", .recall = 1, .support = 2};
  const double means[] = {0.91, 0.81, 0.72, 0.99, 0.2}, deviations[] = {0.01, 0.01, 0.02, 0, 0.1};
  const auto metrics = fold_metrics();
  ASSERT_EQ(metrics.size(), 5u);
  for (std::size_t m = 0; m < 5; ++m) {
    EXPECT_NEAR(spread_over(metrics[m], folds).mean, means[m], 1e-12) << metrics[m].name;
    EXPECT_NEAR(spread_over(metrics[m], folds).deviation, deviations[m], 1e-12) << metrics[m].name;
  }
  EXPECT_NEAR(recall_spread(0, folds).mean, 0.6, 1e-12);
  EXPECT_NEAR(recall_spread(0, folds).deviation, 0.1, 1e-12);
  EXPECT_EQ(recall_spread(1, folds).mean, 1);  // only one fold holds the class
  EXPECT_TRUE(std::isnan(recall_spread(1, folds).deviation));
}

}  // namespace
}  // namespace giemsa
