#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <nlohmann/json.hpp>

#include "giemsa/core/csv.h"
#include "giemsa/core/error.h"
#include "giemsa/runs/comparison.h"
#include "giemsa/runs/epoch_figures.h"
#include "giemsa/runs/option_differences.h"
#include "giemsa/runs/run_json.h"
#include "giemsa/runs/run_list.h"
#include "giemsa/runs/run_view.h"
#include "giemsa/runs/table.h"
#include "runs/run_folders.h"

namespace giemsa {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;
using Row = std::vector<std::string>;

/// Runs of two_stages() in memory, by their accuracies.
TrainingRun run_of(const std::string& name, const std::vector<double>& accuracies,
                   Config config = testing::two_stages()) {
  TrainingRun run{.folder = name,
                  .config = config,
                  .epochs = testing::epochs_of(accuracies),
                  .stages = {},
                  .environment = {{"started", name}, {"split_sha256", "0123456789abcdef"}},
                  .problems = {}};
  run.stages = follow_stages(config, run.epochs);
  return run;
}

TEST(Table, AlignsByCharacters) {
  const Table table{.heads = {"run", "figure", "what"},
                    .rows = {{"é\x1b", "–", "a"}, {"b", "0.1234", "longer"}},
                    .last_is_words = true};
  EXPECT_EQ(table.text(),
            "run    figure  what\n"
            "é\\x1b       –  a\n"
            "b      0.1234  longer\n");
  EXPECT_THAT(
      Table({.heads = {"a<b"}, .rows = {{"<script>"}}}).html(),
      HasSubstr("<th scope=\"col\">a&lt;b</th></tr></thead>\n<tbody>\n<tr><th scope=\"row\">&lt;script&gt;"));
}

TEST(RunList, IsATable) {
  TrainingRun broken = run_of("c", {});
  broken.config.reset();
  broken.problems = {"config.toml, line 1: not TOML"};
  EXPECT_EQ(
      list_text(std::vector<TrainingRun>{run_of("runs/a", {.5, .6, .4}),
                                         run_of("b", {.1, .2, .3, .4, .5, .6}), broken}),
      "run     state       epochs  best  accuracy  balanced  macro F1     AUC    loss  time   network  "
      "recipe\n"
      "runs/a  unfinished     3/6     2    0.6000    0.5000    0.4000  0.6100  0.4000  0:30  resnet18  "
      "96 px, batch 64, head adamw 0.01 + all adamw 0.002\n"
      "b       finished       6/6     6    0.6000    0.5000    0.4000  0.6100  0.4000  1:00  resnet18  "
      "96 px, batch 64, head adamw 0.01 + all adamw 0.002\n"
      "c       broken         0/?     –         –         –         –       –       –  0:00         ?  ?\n"
      "\n"
      "broken: c: config.toml, line 1: not TOML\n");
}

TEST(RunList, IsSortedByTheBestEpoch) {
  std::vector<TrainingRun> runs = {run_of("none", {}), run_of("low", {.5, .2}), run_of("high", {.1, .9}),
                                   run_of("same", {.5})};
  runs[1].epochs[0].val_loss = 0.01;
  const auto sorted = [&](const char* metric) {
    sort_runs(runs, metric);
    Row names;
    for (const TrainingRun& run : runs) names.push_back(run.folder.string());
    return names;
  };
  EXPECT_THAT(sorted("accuracy"), ElementsAre("high", "low", "same", "none"));
  EXPECT_THAT(sorted("loss"), ElementsAre("low", "high", "same", "none"));  // less is better
  EXPECT_THROW(sorted("acuracy"), Error);
}

TEST(RunList, IsJson) {
  TrainingRun nan = run_of("a\xff", {.5, .6});
  nan.epochs[1].val_auc = std::nan("");
  const auto json = nlohmann::json::parse(list_json(std::vector<TrainingRun>{nan, run_of("b", {})}));
  EXPECT_EQ(json[0]["path"], "a\uFFFD");
  EXPECT_EQ(json[0]["state"], "unfinished");
  EXPECT_EQ(json[0]["epochs"], 2);
  EXPECT_EQ(json[0]["planned"], 6);
  EXPECT_EQ(json[0]["seconds"], 20);
  EXPECT_EQ(json[0]["best"]["epoch"], 2);
  EXPECT_EQ(json[0]["best"]["val_accuracy"], .6);
  EXPECT_TRUE(json[0]["best"]["val_auc"].is_null());
  EXPECT_EQ(json[0]["stages"][1]["name"], "all");
  EXPECT_TRUE(json[1]["best"].is_null());
  EXPECT_TRUE(json[1]["last"].is_null());
}

TEST(RunView, ShowsDataOptionsAndEpochs) {
  const TemporaryFolder folder;
  testing::write_run(folder.path() / "r", testing::two_stages(), {.5, .6, .4});
  const std::string text = run_text(open_run(folder.path() / "r"), read_run_data(folder.path() / "r"));
  for (const char* part : {
           "epoch 3 of 6, unfinished; best: epoch 2, accuracy 0.6000, loss 0.4000\n",
           "stages: head 2/2, all 1/4\n",
           "pictures: train 2, val 1, test 1, 1 could not be used\n",
           "class  pictures  weight  drawn\n<x>           2       1      2\n",
           "\nmodel.name       \"resnet18\"\n",
           "\ntrain.seed       7\n",
           "\nstages.1.epochs  4\n",
           "\nhead       1   0.01      2.0000          0.4500  0.5000    0.5000    0.4000    0.3000  0.5100  "
           "     "
           "100     10.0\n",
           "     10.0     *\nall        3  0.002 ",
       }) {
    EXPECT_THAT(text, HasSubstr(part));
  }
  EXPECT_THAT(text, Not(HasSubstr("train.batch")));  // at its default
}

TEST(Epochs, AreCsvForOtherPrograms) {
  auto epochs = testing::epochs_of({.5, .25});
  epochs[0].stage = "a,b";
  epochs[1].val_auc = std::nan("");
  const CsvTable csv = CsvTable::parse(epochs_csv(epochs), "epochs");
  EXPECT_THAT(csv.header(), ElementsAre("epoch", "stage", "lr", "train_loss", "train_accuracy", "val_loss",
                                        "val_accuracy", "val_balanced_accuracy", "val_macro_f1", "val_auc",
                                        "images_per_second", "seconds", "best"));
  EXPECT_THAT(csv.rows(), ElementsAre(Row{"1", "a,b", "0.01", "2", "0.45", "0.5", "0.5", "0.4", "0.3", "0.51",
                                          "100", "10", "1"},
                                      Row{"2", "head", "0.01", "1", "0.2", "0.75", "0.25", "0.15",
                                          shortest(0.25 - 0.2), "", "100", "10", "0"}));
}

TEST(Options, UnlikeTheDefaults) {
  Config config;
  EXPECT_TRUE(unlike_defaults(config).empty());
  config.train.batch = 8;
  config.stages.push_back({.name = "b", .lr = 0.5});
  EXPECT_THAT(unlike_defaults(config),
              ElementsAre(OptionValue{"train.batch", "8"}, OptionValue{"stages.1.name", "\"b\""},
                          OptionValue{"stages.1.lr", "0.5"}));
}

TEST(Comparison, ShowsWhatDiffers) {
  Config other = testing::two_stages();
  other.train.batch = 8;
  other.stages.pop_back();
  std::vector<TrainingRun> runs = {run_of("a", {.5, .6, .4}), run_of("b", {.1, .2}, other)};
  const Table differences = differences_table(runs);
  EXPECT_EQ(differences.heads, (Row{"differs", "1", "2"}));
  EXPECT_EQ(differences.rows.front(), (Row{"train.batch", "64", "8"}));
  EXPECT_THAT(differences.rows, ::testing::Contains(Row{"stages.1.lr", "0.002", "–"}));
  EXPECT_EQ(unlike_data(runs), "");

  const Table figures = figures_table(runs);
  for (const Row& row :
       {Row{"state", "unfinished", "finished"}, Row{"best epoch", "2", "2"},
        Row{"best accuracy", "0.6000", "0.2000"}, Row{"last accuracy", "0.4000", "0.2000"}}) {
    EXPECT_THAT(figures.rows, ::testing::Contains(row));
  }

  runs[1].environment[1].second = "fedcba9876543210";
  EXPECT_THAT(comparison_text(runs), HasSubstr("split_sha256"));
  EXPECT_THAT(comparison_text(runs), HasSubstr("  0123456789ab  fedcba987654\n"));
  EXPECT_THAT(unlike_data(runs), HasSubstr("not trained and validated on the same pictures"));
}

TEST(Comparison, LeavesOutWhatIsNotKnown) {
  Config other = testing::two_stages();
  other.train.seed = 8;
  std::vector<TrainingRun> runs = {run_of("a", {.5}), run_of("b", {.5}), run_of("c", {.5}, other)};
  runs[1].config.reset();
  runs[1].environment.clear();
  runs[1].problems = {"no"};
  EXPECT_THAT(differences_table(runs).rows, ElementsAre(Row{"train.seed", "7", "–", "8"}));
  const auto json = nlohmann::json::parse(comparison_json(runs));
  EXPECT_EQ(json["runs"].size(), 3u);
  EXPECT_EQ(json["options"], nlohmann::json::parse(R"([{"key": "train.seed", "values": ["7", null, "8"]}])"));
  EXPECT_TRUE(json["environment"].empty());
  EXPECT_THAT(comparison_text({runs.data(), 1}), HasSubstr("the options of the runs are alike"));
}

}  // namespace
}  // namespace giemsa
