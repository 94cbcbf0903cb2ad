// Cross-validations with a trainer that takes no time; the real one stands in tests/cli/crossval_test.cpp.

#include "giemsa/tune/crossval.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "giemsa/core/error.h"
#include "giemsa/run/epoch_record.h"
#include "giemsa/run/model_file.h"
#include "giemsa/synth/synthesise.h"
#include "giemsa/weights/state_dict.h"
#include "tune/fake_trainer.h"

namespace giemsa {
namespace {

using testing::FakeTrainer;
using ::testing::HasSubstr;

constexpr const char* kResults[] = {"predictions.csv", "findings.csv", "crossval.json", "report.html",
                                    "out-of-fold/report.html"};

class CrossvalTest : public ::testing::Test {
 protected:
  CrossvalTest() {
    synthesise(fake_.path("cells"), {.per_class = 6, .size_px = 32, .seed = 1}, {});
    write_atomic(fake_.path("cells/monocyte/broken.png"), std::string_view("no picture"));
    source_ = open_source(fake_.path("cells"));
    recipe_.model.name = "baseline_cnn";

    Model model;  // its answers are arbitrary, but always the same
    model.network = "baseline_cnn";
    model.options = {.classes = static_cast<std::int64_t>(source_->classes().size()), .input_px = 16};
    model.preprocess.input_px = 16;
    model.classes = source_->classes();
    model.weights = initialise(model.graph(), 1);
    write_model(fake_.path("model"), model);
    write_metrics(fake_.path("metrics.jsonl"),
                  {{.epoch = 1, .stage = "all", .val_accuracy = 0.5, .best = true},
                   {.epoch = 2, .stage = "all", .val_accuracy = 0.4}});
    ::setenv("FAKE_MODEL", fake_.path("model").c_str(), 1);
    ::setenv("FAKE_METRICS", fake_.path("metrics.jsonl").c_str(), 1);
  }

  Crossval begin(const std::string& name, int folds = 3) const {
    std::filesystem::create_directories(fake_.path(name));
    return begin_crossval(fake_.path(name), {.folds = folds}, recipe_, *source_, {}, 1);
  }
  CrossvalResult run(const Crossval& crossval, int jobs = 2) const {
    run_crossval(crossval, *source_, fake_.trainer(), jobs, {});
    const CrossvalResult result = read_folds(crossval, *source_);
    write_crossval_results(crossval, *source_, result, "baseline_cnn on cells");
    return result;
  }
  std::string read(const std::string& name, const std::string& file) const {
    return read_text(fake_.path(name) / file);
  }

  FakeTrainer fake_;
  std::unique_ptr<Source> source_;
  Config recipe_;
};

TEST_F(CrossvalTest, PredictsEveryRecordOnce) {
  const Crossval crossval = begin("c");
  const CrossvalResult result = run(crossval);
  ASSERT_EQ(result.folds.size(), 3u);
  ASSERT_EQ(result.findings.size(), 1u);
  EXPECT_EQ(result.findings[0].record, "monocyte/broken.png");
  const Predictions merged = read_predictions(fake_.path("c/predictions.csv"));
  std::vector<std::string> expected;
  for (const Record& record : source_->records()) {
    if (record.id != "monocyte/broken.png") expected.push_back(record.id);
  }
  EXPECT_EQ(merged.ids, expected);  // once each, in the order of the records
  for (std::size_t fold = 0; fold < 3; ++fold) {
    const Predictions own = read_predictions(crossval.fold_folder(fold) / "predictions.csv");
    for (const std::string& id : own.ids) {
      const auto record = static_cast<std::size_t>(std::ranges::find(source_->records(), id, &Record::id) -
                                                   source_->records().begin());
      EXPECT_EQ(crossval.splits[fold].parts[record], Part::Test);
    }
  }
  EXPECT_EQ(result.folds[1].best_epoch, 1);
  EXPECT_EQ(result.folds[1].epochs, 2);

  const auto json = nlohmann::json::parse(read("c", "crossval.json"));
  std::vector<double> accuracies;
  for (const FoldResult& fold : result.folds) accuracies.push_back(fold.evaluation.accuracy);
  EXPECT_DOUBLE_EQ(json["over_folds"]["accuracy"]["mean"], spread_of(accuracies).mean);
  EXPECT_DOUBLE_EQ(json["over_folds"]["accuracy"]["standard_deviation"], spread_of(accuracies).deviation);
  EXPECT_EQ(json["pictures"], 48);
  EXPECT_EQ(json["unreadable"], 1);
  EXPECT_THAT(read("c", "report.html"), HasSubstr("out-of-fold/report.html"));
}

TEST_F(CrossvalTest, TrainsEachFoldOnItsOwnSplit) {
  const Crossval crossval = begin("c");
  run(crossval);
  for (std::size_t fold = 0; fold < 3; ++fold) {
    EXPECT_THAT(read_text(crossval.run_folder(fold) / "config.toml"),
                HasSubstr("data.split=" + (crossval.fold_folder(fold) / "split.csv").string()));
  }
  EXPECT_THAT(read("c", "recipe.toml"), HasSubstr("\nthreads = 1\n"));  // a resumed one keeps them
}

/// Each fold counts twice: before and after it leaves its model.
TEST_F(CrossvalTest, GoesOnAfterAnyKillToTheSameFiles) {
  run(begin("whole"));
  for (const int count : {1, 2, 3, 4, 5, 6}) {
    SCOPED_TRACE(count);
    const std::string name = "killed_" + std::to_string(count);
    const Crossval begun = begin(name);
    ASSERT_TRUE(fake_.killed_after(count, [&] { run(begun, 1); }));
    run(open_crossval(fake_.path(name), *source_), 2);
    for (const char* file : {"predictions.csv", "findings.csv", "crossval.json"}) {
      EXPECT_EQ(read(name, file), read("whole", file)) << file;
    }
  }
  for (const char* file : kResults) EXPECT_FALSE(read("killed_3", file).empty());
  EXPECT_FALSE(fake_.collided());
}

TEST_F(CrossvalTest, AFoldThatFailsIsNamed) {
  ::setenv("FAKE_FAIL", "1", 1);
  try {
    run(begin("c"), 1);
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::Data);
    EXPECT_THAT(error.what(), HasSubstr("[crossval] fold 1: [train] no"));
    EXPECT_THAT(error.what(), HasSubstr("fold-1/run/train.log says more; --resume goes on"));
  }
}

TEST_F(CrossvalTest, OpensOnlyWhatItBegan) {
  const auto message = [&](const std::string& name, const Source& source) -> std::string {
    try {
      open_crossval(fake_.path(name), source);
    } catch (const Error& error) {
      return error.what();
    }
    return "opened";
  };
  begin("c");
  EXPECT_EQ(message("c", *source_), "opened");
  EXPECT_THROW(begin("c"), Error);  // it already holds one
  EXPECT_THAT(message("none", *source_), HasSubstr("holds no cross-validation"));
  synthesise(fake_.path("others"), {.per_class = 9, .size_px = 32, .seed = 1}, {});
  EXPECT_NE(message("c", *open_source(fake_.path("others"))), "opened");
  std::filesystem::copy_file(fake_.path("c/folds/fold-1/split.csv"), fake_.path("c/folds/fold-2/split.csv"),
                             std::filesystem::copy_options::overwrite_existing);
  EXPECT_THAT(message("c", *source_), HasSubstr("every labelled record is in one"));
}

TEST_F(CrossvalTest, RefusesARecipeWithASplit) {
  recipe_.data.split = "split.csv";
  EXPECT_THROW(begin("c"), Error);
}

}  // namespace
}  // namespace giemsa
