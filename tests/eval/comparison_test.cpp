#include "giemsa/eval/comparison.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <nlohmann/json.hpp>

#include "giemsa/core/csv.h"
#include "giemsa/core/error.h"
#include "giemsa/core/file.h"

namespace giemsa {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

/// Answers to pictures "0", "1", …: each is truly of class truths[i] and named answers[i] ('a', 'b', …).
Predictions answered(const std::string& truths, const std::string& answers, int classes = 2) {
  Predictions p;
  for (int k = 0; k < classes; ++k) p.classes.emplace_back(1, static_cast<char>('a' + k));
  for (std::size_t i = 0; i < truths.size(); ++i) {
    p.ids.push_back(std::to_string(i));
    p.labels.push_back(truths[i] == '?' ? -1 : truths[i] - 'a');
    for (int k = 0; k < classes; ++k) p.probabilities.push_back(answers[i] - 'a' == k ? 1.f : 0.f);
  }
  p.paths = p.ids;
  return p;
}

ModelAnswers named(std::string model, std::string set, Predictions predictions) {
  return {.model = std::move(model),
          .set = std::move(set),
          .model_origin = {},
          .set_origin = {},
          .predictions = std::move(predictions)};
}

const BootstrapOptions kFew{.resamples = 200, .seed = 1};

TEST(Compare, PutsSetsSideBySideAndTestsEveryTwoModels) {
  const Comparison c = compare({named("A", "clean", answered("aaaabbbb", "aaaabbbb")),
                                named("A", "augmented", answered("aaaabbbb", "aabbbbaa")),
                                named("B", "clean", answered("aaaabbbb", "abbbbbbb"))},
                               kFew);
  EXPECT_THAT(c.models, ElementsAre("A", "B"));
  EXPECT_THAT(c.sets, ElementsAre("clean", "augmented"));
  EXPECT_EQ(c.figures[0][0]->accuracy, 1);
  EXPECT_EQ(c.figures[0][1]->accuracy, 0.5);
  EXPECT_EQ(c.figures[1][0]->accuracy, 0.625);
  EXPECT_FALSE(c.figures[1][1].has_value());
  ASSERT_EQ(c.pairs.size(), 1u);
  const PairedComparison& pair = c.pairs[0];
  EXPECT_EQ(pair.set, "clean");
  EXPECT_EQ(pair.first, "A");
  EXPECT_EQ(pair.second, "B");
  EXPECT_EQ(pair.pictures, 8);
  EXPECT_EQ(pair.mcnemar.only_first, 3);
  EXPECT_EQ(pair.mcnemar.only_second, 0);
  EXPECT_EQ(pair.mcnemar.p, 0.25);  // 2 / 2³
  EXPECT_EQ(pair.accuracy.difference, -0.375);
  EXPECT_LT(pair.accuracy.interval.low, pair.accuracy.difference);
  EXPECT_NEAR(pair.macro_f1.difference, (2.0 / 5 + 8.0 / 11) / 2 - 1, 1e-12);
  EXPECT_THAT(c.notes, IsEmpty());
}

TEST(Compare, MatchesPicturesAndClassesByName) {
  Predictions first = answered("abc", "abb", 3);
  // The same pictures in another order, the classes in another order, one picture more and one unlabelled.
  Predictions second{.classes = {"c", "a", "b"},
                     .ids = {"9", "2", "0", "1"},
                     .paths = {"9", "2", "0", "1"},
                     .labels = {0, 0, 1, -1},
                     .probabilities = {1, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 1}};
  const Comparison c = compare({named("A", "s", first), named("B", "s", second)}, kFew);
  ASSERT_EQ(c.pairs.size(), 1u);
  EXPECT_EQ(c.pairs[0].pictures, 2);             // "0" and "2"
  EXPECT_EQ(c.pairs[0].mcnemar.only_first, 1);   // "0": a, and b
  EXPECT_EQ(c.pairs[0].mcnemar.only_second, 1);  // "2": b, and c
  ASSERT_EQ(c.notes.size(), 1u);
  EXPECT_THAT(c.notes[0], HasSubstr("on the same pictures of s: their rows do not compare"));
}

TEST(Compare, SaysSoWhereNoPictureIsShared) {
  Predictions other = answered("ab", "ab");
  other.ids = {"x", "y"};
  const Comparison c = compare({named("A", "s", answered("ab", "ab")), named("B", "s", other)}, kFew);
  ASSERT_EQ(c.pairs.size(), 1u);
  EXPECT_EQ(c.pairs[0].pictures, 0);
  EXPECT_TRUE(std::isnan(c.pairs[0].accuracy.difference));
  EXPECT_TRUE(std::isnan(c.pairs[0].macro_f1.difference));
  for (const std::string& text : {comparison_text(c, ComparedAverage::Macro), comparison_json(c),
                                  comparison_pairs_csv(c), comparison_markdown(c, ComparedAverage::Macro)}) {
    EXPECT_THAT(text, Not(HasSubstr("nan"))) << text;
  }
}

TEST(Compare, SaysSoWhereNoSetIsShared) {
  const Predictions p = answered("ab", "ab");
  const Comparison c = compare({named("A", "s", p), named("B", "pictures", p)}, kFew);
  EXPECT_THAT(c.pairs, IsEmpty());
  ASSERT_EQ(c.notes.size(), 1u);
  EXPECT_THAT(c.notes[0], HasSubstr("No set was answered by two models"));
  EXPECT_THAT(compare({named("A", "s", p), named("A", "pictures", p)}, kFew).notes, IsEmpty());
}

TEST(Compare, TellsModelsOfOneNameApart) {
  ModelAnswers first = named("resnet50", "s", answered("ab", "ab")), second = first;
  first.model_origin = "run1";
  second.model_origin = "run2";
  EXPECT_THAT(compare({first, second}, kFew).models, ElementsAre("resnet50 (run1)", "resnet50 (run2)"));
  second = named("B", "s", answered("ab", "ab"));
  first.set_origin = "cells";  // the other set was named by hand
  EXPECT_THAT(compare({first, second}, kFew).sets, ElementsAre("s"));
}

TEST(Compare, RefusesWhatCannotBeCompared) {
  Predictions twice = answered("ab", "ab");
  twice.ids[1] = "0";
  struct Case {
    std::vector<ModelAnswers> answers;
    ErrorKind kind;
    const char* says;
  };
  const ModelAnswers good = named("A", "s", answered("ab", "ab"));
  for (const Case& c :
       {Case{{}, ErrorKind::Usage, "nothing to compare"},
        Case{{good, good}, ErrorKind::Usage, "two evaluations of A on s"},
        Case{{named("A", "s", twice)}, ErrorKind::Data, "answers the picture '0' more than once"},
        Case{{named("A", "s", answered("??", "ab"))},
             ErrorKind::Data,
             "none of the answers of A to s has a label"},
        Case{{good, named("B", "s", answered("ab", "ab", 3))}, ErrorKind::Data, "B with a, b, c"},
        Case{{good, named("B", "s", answered("bb", "ab"))}, ErrorKind::Data, "'0' is labelled otherwise"}}) {
    try {
      compare(c.answers, kFew);
      ADD_FAILURE() << c.says;
    } catch (const Error& error) {
      EXPECT_EQ(error.kind(), c.kind) << c.says;
      EXPECT_THAT(error.message(), HasSubstr(c.says));
    }
  }
}

TEST(ComparisonTables, AreTable1) {
  const Comparison c = compare({named("ResNet | 50", "clean", answered("aaaabbbb", "aaaabbbb")),
                                named("ResNet | 50", "augmented", answered("aaaabbbb", "aabbbbaa")),
                                named("ConvNeXt", "augmented", answered("aaaabbbb", "aaabbbbb"))},
                               kFew);
  const std::string text = comparison_text(c, ComparedAverage::Weighted);
  EXPECT_THAT(
      text, HasSubstr("Weighted averages in per cent. 95 % intervals by 200 resamples, stratified by class. "
                      "Side by side: clean / augmented."));
  EXPECT_THAT(text, HasSubstr("ResNet | 50  "));
  EXPECT_THAT(text, HasSubstr("100.00 / 50.00"));
  EXPECT_THAT(text, HasSubstr("– / 87.50"));
  EXPECT_THAT(text, HasSubstr("100.00–100.00 / "));
  EXPECT_THAT(text, HasSubstr("McNemar's p"));
  EXPECT_THAT(text, HasSubstr("+37.50 ("));
  const std::string markdown = comparison_markdown(c, ComparedAverage::Macro);
  EXPECT_THAT(markdown, HasSubstr("Macro averages"));
  EXPECT_THAT(markdown, HasSubstr("| model | accuracy | precision | recall | F1 | ROC AUC |"));
  EXPECT_THAT(markdown, HasSubstr("| ResNet \\| 50 | 100.00 / 50.00"));
}

TEST(ComparisonTables, WithoutIntervalsHaveOneLine) {
  const Comparison c = compare({named("A", "s", answered("aabb", "aabb"))}, {.resamples = 0});
  EXPECT_EQ(comparison_text(c, ComparedAverage::Macro),
            "Macro averages in per cent. Pictures: s.\n\n"
            "model  accuracy  precision  recall      F1  ROC AUC\n"
            "A        100.00     100.00  100.00  100.00   100.00\n");
}

TEST(ComparisonFiles, HoldEveryFigure) {
  const Comparison c = compare(
      {named("A", "s", answered("aaaabbbb", "aaaabbbb")), named("B", "s", answered("aaaabbbb", "abbbbbbb"))},
      kFew);
  const CsvTable figures = CsvTable::parse(comparison_csv(c), "figures");
  EXPECT_EQ(figures.rows().size(), 2 * (11u + 2 * 5));
  EXPECT_THAT(comparison_csv(c), HasSubstr("B,s,8,accuracy,0.625,"));
  const CsvTable pairs = CsvTable::parse(comparison_pairs_csv(c), "pairs");
  ASSERT_EQ(pairs.rows().size(), 1u);
  EXPECT_EQ(pairs.rows()[0][pairs.column("mcnemar_p")], "0.25");
  EXPECT_EQ(pairs.rows()[0][pairs.column("chi_square")], "");
  const auto json = nlohmann::json::parse(comparison_json(c));
  EXPECT_EQ(json["evaluations"][1]["figures"]["accuracy"]["value"], 0.625);
  EXPECT_EQ(json["evaluations"][1]["figures"].size(), 21u);
  EXPECT_EQ(json["pairs"][0]["mcnemar"]["p"], 0.25);
  EXPECT_TRUE(json["pairs"][0]["mcnemar"]["chi_square"].is_null());
  EXPECT_EQ(json["bootstrap"]["resamples"], 200);
}

TEST(ReadAnswers, NamesModelAndSet) {
  const TemporaryFolder folder;
  const std::string path = (folder.path() / "eval 1").string();
  prepare_output_folder(path);
  write_predictions(path + "/predictions.csv", answered("ab", "ab"));
  struct Case {
    const char* json;  // "": no file
    std::string argument, model, set;
  };
  const char* context =
      R"({"context": {"network": "resnet50", "model": "runs/r1", "data": "pictures/pbc/", "part": "test"}})";
  for (const Case& c :
       {Case{"", path, "eval 1", "pictures"}, Case{"", path + "/predictions.csv", "predictions", "pictures"},
        Case{context, path, "resnet50", "pbc test"}, Case{context, path + "/", "resnet50", "pbc test"},
        Case{context, "My net=" + path, "My net", "pbc test"},
        Case{context, "My net@clean=" + path, "My net", "clean"},
        Case{R"({"context": {"model": 3, "data": "x", "part": "all"}})", path, "eval 1", "x"}}) {
    std::filesystem::remove(path + "/evaluation.json");
    if (*c.json) write_atomic(path + "/evaluation.json", std::string_view(c.json));
    const ModelAnswers answers = read_answers(c.argument);
    EXPECT_EQ(answers.model, c.model) << c.argument;
    EXPECT_EQ(answers.set, c.set) << c.argument;
    EXPECT_EQ(answers.predictions.size(), 2u);
  }
  for (const char* text : {"", "[]", "{", "{\"context\": 3}"}) {
    write_atomic(path + "/evaluation.json", std::string_view(text));
    EXPECT_THROW(read_answers(path), Error) << text;
  }
  EXPECT_THROW(read_answers("=" + path), Error);
  EXPECT_THROW(read_answers("A@=" + path), Error);
  EXPECT_THROW(read_answers("A=" + path + "/nowhere"), Error);
}

}  // namespace
}  // namespace giemsa
