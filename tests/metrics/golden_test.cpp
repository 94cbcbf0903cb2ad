#include <gtest/gtest.h>

#include "giemsa/metrics/confusion.h"
#include "giemsa/metrics/log_loss.h"
#include "giemsa/metrics/roc_auc.h"
#include "giemsa/metrics/scores.h"
#include "metrics/golden_case.h"

namespace giemsa {
namespace {

using testing::number;
using testing::same;

void expect_average(const Scores& got, double got_auc, const nlohmann::json& expected, const char* which) {
  SCOPED_TRACE(which);
  EXPECT_TRUE(same(got.precision, number(expected["precision"])));
  EXPECT_TRUE(same(got.recall, number(expected["recall"])));
  EXPECT_TRUE(same(got.f1, number(expected["f1"])));
  EXPECT_TRUE(same(got_auc, number(expected["roc_auc"]))) << got_auc;
}

TEST(Metrics, EqualScikitLearn) {
  const auto cases = testing::golden_metrics();
  ASSERT_GE(cases.size(), 10u);
  for (const auto& expected : cases) {
    SCOPED_TRACE(expected["name"].get<std::string>());
    const int classes = expected["classes"];
    const std::vector<int> labels = expected["labels"];
    const std::vector<float> probabilities = expected["probabilities"];

    const auto matrix = count_confusion(labels, arg_max_rows(probabilities, classes), classes);
    const auto scores = class_scores(matrix);
    const auto auc = one_vs_rest_auc(probabilities, labels, classes);
    for (int k = 0; k < classes; ++k) {
      SCOPED_TRACE(k);
      const auto i = static_cast<std::size_t>(k);
      for (int p = 0; p < classes; ++p) EXPECT_EQ(matrix.at(k, p), expected["confusion"][i][p]);
      EXPECT_EQ(matrix.truths(k), expected["support"][i]);
      EXPECT_TRUE(same(scores[i].precision, number(expected["precision"][i])));
      EXPECT_TRUE(same(scores[i].recall, number(expected["recall"][i])));
      EXPECT_TRUE(same(scores[i].f1, number(expected["f1"][i])));
      EXPECT_TRUE(same(auc[i], number(expected["roc_auc"][i]))) << auc[i];
    }
    EXPECT_TRUE(same(accuracy(matrix), number(expected["accuracy"])));
    EXPECT_TRUE(same(balanced_accuracy(matrix), number(expected["balanced_accuracy"])));
    EXPECT_TRUE(same(log_loss(probabilities, labels, classes), number(expected["log_loss"])));
    expect_average(macro_average(matrix), macro_auc(auc), expected["macro"], "macro");
    expect_average(weighted_average(matrix), weighted_auc(auc, labels), expected["weighted"], "weighted");
  }
}

}  // namespace
}  // namespace giemsa
