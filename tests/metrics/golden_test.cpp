#include <gtest/gtest.h>

#include "giemsa/metrics/agreement.h"
#include "giemsa/metrics/average_precision.h"
#include "giemsa/metrics/brier.h"
#include "giemsa/metrics/confusion.h"
#include "giemsa/metrics/curves.h"
#include "giemsa/metrics/log_loss.h"
#include "giemsa/metrics/measurement.h"
#include "giemsa/metrics/medmnist.h"
#include "giemsa/metrics/reliability.h"
#include "giemsa/metrics/risk_coverage.h"
#include "giemsa/metrics/roc_auc.h"
#include "giemsa/metrics/scores.h"
#include "metrics/golden_case.h"

namespace giemsa {
namespace {

using testing::number;
using testing::same;

/// One of the cases, as the functions take it.
struct Case {
  explicit Case(const nlohmann::json& json)
      : classes(json["classes"]), labels(json["labels"]), probabilities(json["probabilities"]) {}
  int classes;
  std::vector<int> labels;
  std::vector<float> probabilities;
};

void expect_class(const ClassFigures<double>& got, const nlohmann::json& precision,
                  const nlohmann::json& recall, const nlohmann::json& f1, const nlohmann::json& roc_auc,
                  const nlohmann::json& average_precision) {
  EXPECT_TRUE(same(got.precision, number(precision)));
  EXPECT_TRUE(same(got.recall, number(recall)));
  EXPECT_TRUE(same(got.f1, number(f1)));
  EXPECT_TRUE(same(got.roc_auc, number(roc_auc))) << got.roc_auc;
  EXPECT_TRUE(same(got.average_precision, number(average_precision))) << got.average_precision;
}

void expect_average(const ClassFigures<double>& got, const nlohmann::json& expected) {
  expect_class(got, expected["precision"], expected["recall"], expected["f1"], expected["roc_auc"],
               expected["average_precision"]);
}

class GoldenMetrics : public ::testing::Test {
 protected:
  void SetUp() override { ASSERT_GE(cases.size(), 18u); }
  nlohmann::json cases = testing::golden_metrics();
};

TEST_F(GoldenMetrics, CountsAndScoresEqualScikitLearn) {
  for (const auto& expected : cases) {
    SCOPED_TRACE(expected["name"].get<std::string>());
    const auto [classes, labels, probabilities] = Case(expected);
    const auto matrix = count_confusion(labels, arg_max_rows(probabilities, classes), classes);
    const auto scores = class_scores(matrix);
    for (int k = 0; k < classes; ++k) {
      SCOPED_TRACE(k);
      const auto i = static_cast<std::size_t>(k);
      for (int p = 0; p < classes; ++p) EXPECT_EQ(matrix.at(k, p), expected["confusion"][i][p]);
      EXPECT_EQ(matrix.truths(k), expected["support"][i]);
      EXPECT_TRUE(same(scores[i].precision, number(expected["precision"][i])));
      EXPECT_TRUE(same(scores[i].recall, number(expected["recall"][i])));
      EXPECT_TRUE(same(scores[i].f1, number(expected["f1"][i])));
    }
    for (const auto& [got, average] : {std::pair{macro_average(matrix), expected["macro"]},
                                       std::pair{weighted_average(matrix), expected["weighted"]}}) {
      EXPECT_TRUE(same(got.precision, number(average["precision"])));
      EXPECT_TRUE(same(got.recall, number(average["recall"])));
      EXPECT_TRUE(same(got.f1, number(average["f1"])));
    }
    EXPECT_TRUE(same(accuracy(matrix), number(expected["accuracy"])));
    EXPECT_TRUE(same(balanced_accuracy(matrix), number(expected["balanced_accuracy"])));
    EXPECT_TRUE(same(matthews_correlation(matrix), number(expected["mcc"])));
    EXPECT_TRUE(same(cohen_kappa(matrix), number(expected["kappa"])));
  }
}

TEST_F(GoldenMetrics, AreasAndLossesEqualScikitLearn) {
  for (const auto& expected : cases) {
    SCOPED_TRACE(expected["name"].get<std::string>());
    const auto [classes, labels, probabilities] = Case(expected);
    const auto auc = one_vs_rest_auc(probabilities, labels, classes);
    const auto precision = one_vs_rest_average_precision(probabilities, labels, classes);
    const std::vector<std::int64_t> support = expected["support"];
    for (std::size_t k = 0; k < auc.size(); ++k) {
      EXPECT_TRUE(same(auc[k], number(expected["roc_auc"][k]))) << auc[k];
      EXPECT_TRUE(same(precision[k], number(expected["average_precision"][k]))) << precision[k];
    }
    EXPECT_TRUE(same(macro_auc(auc), number(expected["macro"]["roc_auc"])));
    EXPECT_TRUE(same(weighted_auc(auc, support), number(expected["weighted"]["roc_auc"])));
    EXPECT_TRUE(same(macro_auc(precision), number(expected["macro"]["average_precision"])));
    EXPECT_TRUE(same(weighted_auc(precision, support), number(expected["weighted"]["average_precision"])));
    EXPECT_TRUE(same(log_loss(probabilities, labels, classes), number(expected["log_loss"])));
    EXPECT_TRUE(same(brier_score(probabilities, labels, classes), number(expected["brier"])));
    const MedmnistScore medmnist = medmnist_score(probabilities, labels, classes);
    EXPECT_TRUE(same(medmnist.auc, number(expected["medmnist"]["auc"]))) << medmnist.auc;
    EXPECT_TRUE(same(medmnist.acc, number(expected["medmnist"]["acc"]))) << medmnist.acc;
  }
}

TEST_F(GoldenMetrics, MeasurementSaysTheSame) {
  for (const auto& expected : cases) {
    SCOPED_TRACE(expected["name"].get<std::string>());
    const auto [classes, labels, probabilities] = Case(expected);
    const Figures<double> got = Measurement(probabilities, labels, classes).figures();
    ASSERT_EQ(got.classes.size(), static_cast<std::size_t>(classes));
    for (std::size_t k = 0; k < got.classes.size(); ++k) {
      expect_class(got.classes[k], expected["precision"][k], expected["recall"][k], expected["f1"][k],
                   expected["roc_auc"][k], expected["average_precision"][k]);
    }
    expect_average(got.macro, expected["macro"]);
    expect_average(got.weighted, expected["weighted"]);
    for (const auto& [name, member] : kOverallFigures<double>) {
      const bool average = expected["macro"].contains(name);  // the macro average of an area
      const double figure = number(average ? expected["macro"][name] : expected[name]);
      EXPECT_TRUE(same(got.overall.*member, figure)) << name << ": " << got.overall.*member;
    }
  }
}

TEST_F(GoldenMetrics, ReliabilityAndRiskEqualNumpy) {
  for (const auto& expected : cases) {
    SCOPED_TRACE(expected["name"].get<std::string>());
    const auto [classes, labels, probabilities] = Case(expected);
    const auto bins = reliability(probabilities, labels, classes);
    ASSERT_EQ(bins.size(), expected["reliability"].size());
    for (std::size_t b = 0; b < bins.size(); ++b) {
      EXPECT_EQ(bins[b].count, expected["reliability"][b][0]) << b;
      EXPECT_TRUE(same(bins[b].confidence, number(expected["reliability"][b][1]))) << b;
      EXPECT_TRUE(same(bins[b].accuracy, number(expected["reliability"][b][2]))) << b;
    }
    EXPECT_TRUE(same(expected_calibration_error(bins), number(expected["ece"])));

    const auto predicted = arg_max_rows(probabilities, classes);
    std::vector<float> confidence;
    std::vector<std::uint8_t> wrong;
    for (std::size_t i = 0; i < labels.size(); ++i) {
      confidence.push_back(
          probabilities[i * static_cast<std::size_t>(classes) + static_cast<std::size_t>(predicted[i])]);
      wrong.push_back(predicted[i] != labels[i]);
    }
    const auto curve = risk_coverage_curve(confidence, wrong);
    ASSERT_EQ(curve.size(), expected["risk_coverage"].size());
    for (std::size_t i = 0; i < curve.size(); ++i) {
      EXPECT_TRUE(same(curve[i].coverage, number(expected["risk_coverage"][i][0])));
      EXPECT_TRUE(same(curve[i].risk, number(expected["risk_coverage"][i][1])));
      EXPECT_TRUE(same(curve[i].threshold, number(expected["risk_coverage"][i][2])));
    }
    EXPECT_TRUE(same(risk_areas(curve).aurc, number(expected["aurc"])));
    EXPECT_TRUE(same(risk_areas(curve).augrc, number(expected["augrc"])));
  }
}

void expect_curve(const std::vector<CurvePoint>& got, const nlohmann::json& expected) {
  ASSERT_EQ(got.size(), expected.size());
  for (std::size_t i = 0; i < got.size(); ++i) {
    EXPECT_TRUE(same(got[i].x, number(expected[i][0]))) << i;
    EXPECT_TRUE(same(got[i].y, number(expected[i][1]))) << i;
    if (expected[i][2].is_null()) {
      EXPECT_EQ(got[i].threshold, std::numeric_limits<double>::infinity());
    } else {
      EXPECT_EQ(got[i].threshold, expected[i][2].get<double>()) << i;
    }
  }
}

TEST_F(GoldenMetrics, CurvesEqualScikitLearnWithoutStraightPoints) {
  for (const auto& expected : cases) {
    SCOPED_TRACE(expected["name"].get<std::string>());
    const auto [classes, labels, probabilities] = Case(expected);
    const int k = expected["curve_class"];
    expect_curve(roc_curve(probabilities, labels, classes, k), expected["curves"]["roc"]);
    expect_curve(precision_recall_curve(probabilities, labels, classes, k),
                 expected["curves"]["precision_recall"]);
  }
}

}  // namespace
}  // namespace giemsa
