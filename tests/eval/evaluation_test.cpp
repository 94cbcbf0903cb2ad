#include "giemsa/eval/evaluation.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <string_view>

#include "giemsa/core/error.h"
#include "metrics/golden_case.h"

namespace giemsa {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using testing::number;
using testing::same;

Predictions from_case(const nlohmann::json& json) {
  Predictions p;
  p.labels = json["labels"].get<std::vector<int>>();
  p.probabilities = json["probabilities"].get<std::vector<float>>();
  for (int k = 0; k < json["classes"].get<int>(); ++k) p.classes.push_back("class " + std::to_string(k));
  for (std::size_t i = 0; i < p.labels.size(); ++i) p.ids.push_back(std::to_string(i));
  p.paths = p.ids;
  return p;
}

void expect_scores(const ClassScores& got, const nlohmann::json& precision, const nlohmann::json& recall,
                   const nlohmann::json& f1, const nlohmann::json& roc_auc,
                   const nlohmann::json& average_precision) {
  SCOPED_TRACE(got.name);
  EXPECT_TRUE(same(got.precision, number(precision)));
  EXPECT_TRUE(same(got.recall, number(recall)));
  EXPECT_TRUE(same(got.f1, number(f1)));
  EXPECT_TRUE(same(got.roc_auc, number(roc_auc)));
  EXPECT_TRUE(same(got.average_precision, number(average_precision)));
}

TEST(Evaluate, EqualsScikitLearn) {
  for (const auto& expected : testing::golden_metrics()) {
    SCOPED_TRACE(expected["name"].get<std::string>());
    const Evaluation e = evaluate(from_case(expected));
    EXPECT_EQ(e.count, static_cast<std::int64_t>(expected["labels"].size()));
    for (const char* name :
         {"accuracy", "balanced_accuracy", "mcc", "kappa", "log_loss", "brier", "ece", "aurc", "augrc"}) {
      const auto figure = std::find_if(kOverallFigures<double>.begin(), kOverallFigures<double>.end(),
                                       [&](const auto& f) { return std::string_view(f.first) == name; });
      EXPECT_TRUE(same(e.*figure->second, number(expected[name]))) << name;
    }
    EXPECT_TRUE(same(e.roc_auc, number(expected["macro"]["roc_auc"])));
    EXPECT_TRUE(same(e.average_precision, number(expected["macro"]["average_precision"])));
    EXPECT_TRUE(same(e.medmnist.auc, number(expected["medmnist"]["auc"])));
    EXPECT_TRUE(same(e.medmnist.acc, number(expected["medmnist"]["acc"])));
    for (const auto& [got, name] : {std::pair{e.macro, "macro"}, {e.weighted, "weighted"}}) {
      const auto& average = expected[name];
      expect_scores(got, average["precision"], average["recall"], average["f1"], average["roc_auc"],
                    average["average_precision"]);
      EXPECT_EQ(got.support, e.count);
    }
    ASSERT_EQ(e.classes.size(), expected["classes"].get<std::size_t>());
    for (std::size_t k = 0; k < e.classes.size(); ++k) {
      expect_scores(e.classes[k], expected["precision"][k], expected["recall"][k], expected["f1"][k],
                    expected["roc_auc"][k], expected["average_precision"][k]);
      EXPECT_EQ(e.classes[k].support, expected["support"][k]);
      EXPECT_EQ(e.classes[k].name, "class " + std::to_string(k));
    }
    EXPECT_EQ(e.confusion, expected["confusion"].get<std::vector<std::vector<std::int64_t>>>());
    const auto k = expected["curve_class"].get<std::size_t>();
    EXPECT_EQ(e.curves.roc[k].size(), expected["curves"]["roc"].size());
    EXPECT_EQ(e.curves.precision_recall[k].size(), expected["curves"]["precision_recall"].size());
    EXPECT_EQ(e.curves.risk_coverage.size(), expected["risk_coverage"].size());
    EXPECT_EQ(e.curves.reliability.size(), 15u);
  }
}

Predictions three_pictures() {
  return {.classes = {"ig", "monocyte"},
          .ids = {"a", "b", "c"},
          .paths = {"a.png", "b.png", "c.png"},
          .labels = {0, -1, 1},
          .probabilities = {.75f, .25f, .5f, .5f, .625f, .375f}};
}

TEST(Evaluate, LeavesOutWhatIsNotLabelled) {
  const Evaluation e = evaluate(three_pictures());
  EXPECT_EQ(e.count, 2);
  EXPECT_DOUBLE_EQ(e.accuracy, 0.5);
  EXPECT_EQ(e.confusion, (std::vector<std::vector<std::int64_t>>{{1, 0}, {1, 0}}));
}

TEST(Evaluate, HasIntervalsWhereAskedFor) {
  const auto golden = testing::golden_metrics();
  const Predictions p = from_case(golden[0]);  // eight classes, a fair model
  EXPECT_TRUE(std::isnan(evaluate(p).interval.accuracy.low));
  const Evaluation e = evaluate(p, {.resamples = 300, .seed = 2});
  EXPECT_EQ(e.bootstrap.resamples, 300);
  for (const auto& [interval, figure] : {std::pair{e.interval.accuracy, e.accuracy},
                                         {e.interval.mcc, e.mcc},
                                         {e.interval.roc_auc, e.roc_auc},
                                         {e.interval.log_loss, e.log_loss},
                                         {e.macro.interval.f1, e.macro.f1},
                                         {e.classes[3].interval.recall, e.classes[3].recall}}) {
    EXPECT_LT(interval.low, figure);
    EXPECT_GT(interval.high, figure);
  }
}

TEST(Evaluate, RefusesWhatCannotBeMeasured) {
  struct Case {
    const char* name;
    void (*spoil)(Predictions&);
    ErrorKind kind;
  };
  for (const Case& c : {
           Case{"no labels",
                [](Predictions& p) {
                  p.labels = {-1, -1, -1};
                },
                ErrorKind::Data},
           Case{"no pictures",
                [](Predictions& p) { p.ids = p.paths = {}, p.labels = {}, p.probabilities = {}; },
                ErrorKind::Data},
           Case{"label too large", [](Predictions& p) { p.labels[0] = 2; }, ErrorKind::Data},
           Case{"label too small", [](Predictions& p) { p.labels[0] = -2; }, ErrorKind::Data},
           Case{"not a number", [](Predictions& p) { p.probabilities[0] = NAN; }, ErrorKind::Data},
           Case{"probabilities missing", [](Predictions& p) { p.probabilities.pop_back(); },
                ErrorKind::Internal},
           Case{"no classes", [](Predictions& p) { p.classes.clear(); }, ErrorKind::Internal},
       }) {
    Predictions p = three_pictures();
    c.spoil(p);
    try {
      evaluate(p);
      ADD_FAILURE() << c.name << " was measured";
    } catch (const Error& error) {
      EXPECT_EQ(error.kind(), c.kind) << c.name << ": " << error.what();
    }
  }
}

TEST(EvaluationJson, HoldsEveryFigureAndNullForTheUndefined) {
  Predictions p = three_pictures();
  p.labels = {0, -1, 0};  // one class only: no ROC AUC
  const Evaluation e = evaluate(p);
  const std::string text = to_json(e, {{"model", "m\"1\""}, {"split", "val"}});
  const auto json = nlohmann::json::parse(text);
  EXPECT_EQ(json["context"]["model"], "m\"1\"");
  EXPECT_EQ(json["context"]["split"], "val");
  EXPECT_EQ(json["count"], 2);
  EXPECT_EQ(json["accuracy"], 1.0);
  EXPECT_EQ(json["log_loss"].get<double>(), e.log_loss);  // every digit
  EXPECT_TRUE(json["roc_auc"].is_null());
  EXPECT_TRUE(json["classes"][1]["roc_auc"].is_null());
  EXPECT_EQ(json["classes"][0]["name"], "ig");
  EXPECT_EQ(json["macro"]["recall"], 0.5);
  EXPECT_EQ(json["weighted"]["recall"], 1.0);
  EXPECT_THAT(text, HasSubstr("\"confusion\": [\n    [2,0],\n    [0,0]\n  ]\n}\n"));  // readable as a matrix
}

TEST(EvaluationJson, HasIntervalsBesideTheFigures) {
  Predictions p = three_pictures();
  p.labels = {0, 0, 1};
  const BootstrapOptions options{.resamples = 100, .level = 0.9, .seed = 3};
  const Evaluation e = evaluate(p, options);
  const auto json = nlohmann::json::parse(to_json(e, {}));
  EXPECT_EQ(json["bootstrap"], (nlohmann::json{{"resamples", 100}, {"level", 0.9}, {"seed", 3}}));
  EXPECT_EQ(json["intervals"]["accuracy"],
            (nlohmann::json{e.interval.accuracy.low, e.interval.accuracy.high}));
  EXPECT_EQ(json["intervals"].size(), kOverallFigures<double>.size());
  EXPECT_EQ(json["classes"][0]["intervals"]["recall"][1], e.classes[0].interval.recall.high);
  EXPECT_EQ(json["macro"]["intervals"].size(), kClassFigures<double>.size());
  EXPECT_EQ(json["reliability"].size(), 15u);
  EXPECT_EQ(json["medmnist"]["acc"], e.medmnist.acc);
  EXPECT_FALSE(nlohmann::json::parse(to_json(evaluate(p), {})).contains("intervals"));
}

TEST(EvaluationJson, IsValidForDegenerateSets) {
  for (const std::vector<int>& labels : {std::vector<int>{0, -1, -1}, {-1, 1, -1}, {1, 1, 1}, {0, 0, 0}}) {
    Predictions p = three_pictures();
    p.labels = labels;
    const std::string text = to_json(evaluate(p, {.resamples = 50}), {});
    EXPECT_THAT(text, Not(HasSubstr("nan")));
    const auto json = nlohmann::json::parse(text);
    EXPECT_TRUE(json["roc_auc"].is_null());
    EXPECT_TRUE(json["intervals"]["roc_auc"].is_null());
    EXPECT_TRUE(json["medmnist"]["auc"].is_null());
    EXPECT_TRUE(json["accuracy"].is_number());
    const bool one_picture = json["count"] == 1;
    EXPECT_EQ(json["intervals"]["accuracy"].is_null(), one_picture);  // nothing can vary
  }
}

TEST(EvaluationJson, IsValidWhateverTheNames) {
  Predictions p = three_pictures();
  p.classes[0] = "Granulozyten \xe4";  // Latin-1
  EXPECT_EQ(nlohmann::json::parse(to_json(evaluate(p), {}))["classes"][0]["name"],
            "Granulozyten \xef\xbf\xbd");
}

}  // namespace
}  // namespace giemsa
