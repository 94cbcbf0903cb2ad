// The whole way from nothing to answers, as the quickstart goes it, on tiny pictures.

#include <map>
#include <nlohmann/json.hpp>

#include "cli/test_folder.h"
#include "giemsa/core/csv.h"

namespace giemsa::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsSupersetOf;
using ::testing::SizeIs;

/// The columns p_<class> of each row, as text, by the row's path.
std::map<std::string, std::vector<std::string>> probabilities_by_path(const CsvTable& table) {
  std::map<std::string, std::vector<std::string>> result;
  const std::size_t first = table.header().size() - kCellClassNames.size();
  for (const auto& row : table.rows()) {
    result[row[table.column("path")]].assign(row.begin() + static_cast<std::ptrdiff_t>(first), row.end());
  }
  return result;
}

std::vector<std::string> probability_columns() {
  std::vector<std::string> columns;
  for (const std::string_view name : kCellClassNames) columns.push_back("p_" + std::string(name));
  return columns;
}

/// Every file below and its content.
std::map<std::string, std::string> contents(const TestFolder& folder, const std::string& relative) {
  std::map<std::string, std::string> result;
  for (const std::string& file : folder.files(relative)) result[file] = folder.read(relative + "/" + file);
  return result;
}

TEST(Journey, FromDrawnCellsToAnswers) {
  GIEMSA_NEEDS_TRAIN();
  const TestFolder folder;

  expect_success(folder.giemsa({"synth", "cells", "--per-class", "10", "--size", "32", "--seed", "3"}));
  const auto cells = contents(folder, "cells");
  ASSERT_THAT(cells, SizeIs(80));
  EXPECT_TRUE(cells.contains("neutrophil/neutrophil_00010.png"));

  const Ran inspected = folder.giemsa({"inspect", "cells", "--out", "inspection"});
  expect_success(inspected);
  EXPECT_THAT(inspected.out, HasSubstr("80 records, 0 cannot be read"));
  EXPECT_THAT(inspected.out, HasSubstr("32 × 32"));
  EXPECT_EQ(folder.read("inspection/findings.csv"), "record,reason,evidence\n");

  const Ran split = folder.giemsa({"split", "cells", "--ratios", "60/20/20", "--out", "split.csv"});
  expect_success(split);
  EXPECT_THAT(split.out, HasSubstr("monocyte                    6        2        2\n"));
  EXPECT_THAT(CsvTable::read(folder.path("split.csv")).rows(), SizeIs(80));

  const Ran trained =
      folder.giemsa({"train", "cells", "--recipe", "quickstart", "--split", "split.csv", "--out", "run",
                     "--set", "data.input_px=32", "train.batch=16", "stages.0.epochs=2"});
  expect_success(trained);
  EXPECT_EQ(trained.out, "");
  EXPECT_THAT(trained.err, HasSubstr("48 pictures to train on, 16 to validate, 8 classes"));
  EXPECT_THAT(trained.err, HasSubstr("its model is run/model.giemsa"));
  EXPECT_THAT(folder.files("run"),
              ElementsAre("checkpoint.safetensors", "classes.csv", "config.toml", "environment.json",
                          "findings.csv", "metrics.jsonl", "model.giemsa/card.md", "model.giemsa/model.json",
                          "model.giemsa/weights.safetensors", "split.csv"));
  EXPECT_EQ(folder.read("run/split.csv"), folder.read("split.csv"));
  EXPECT_THAT(folder.read("run/config.toml"), HasSubstr("input_px = 32"));

  const Ran evaluated =
      folder.giemsa({"evaluate", "cells", "--model", "run", "--split", "test", "--out", "evaluation"});
  expect_success(evaluated);
  EXPECT_THAT(folder.files("evaluation"),
              IsSupersetOf({"evaluation.json", "findings.csv", "predictions.csv", "report.html"}));
  EXPECT_THAT(folder.read("evaluation/report.html"), HasSubstr("</html>"));
  const CsvTable predictions = CsvTable::read(folder.path("evaluation/predictions.csv"));
  ASSERT_THAT(predictions.rows(), SizeIs(16));
  const auto figures = nlohmann::json::parse(folder.read("evaluation/evaluation.json"));
  EXPECT_EQ(figures.at("count"), 16);
  int right = 0;
  for (const auto& row : predictions.rows()) {
    right += row[predictions.column("label")] == row[predictions.column("predicted")];
  }
  EXPECT_DOUBLE_EQ(figures.at("accuracy"), right / 16.0);

  // However the model is named, and without --split: the test part, never what it was trained on.
  const Ran again = folder.giemsa({"evaluate", "cells", "--model", "run/model.giemsa/", "--out", "again"});
  expect_success(again);
  EXPECT_EQ(folder.read("again/predictions.csv"), folder.read("evaluation/predictions.csv"));

  const Ran csv = folder.giemsa({"predict", "cells", "--model", "run"});
  expect_success(csv);
  const CsvTable answers = CsvTable::parse(csv.out, "stdout");
  std::vector<std::string> columns = probability_columns();
  columns.insert(columns.begin(), {"path", "predicted", "reason", "set", "novelty"});
  EXPECT_EQ(answers.header(), columns);
  ASSERT_THAT(answers.rows(), SizeIs(80));
  const auto answered = probabilities_by_path(answers);
  for (const auto& [path, measured] : probabilities_by_path(predictions)) {
    EXPECT_EQ(measured, answered.at(path)) << path;  // to the last digit
  }

  const Ran json = folder.giemsa(
      {"predict", "cells", "--model", "run/model.giemsa", "--format", "json", "--threads", "1"});
  expect_success(json);
  const auto answer = nlohmann::json::parse(json.out);
  EXPECT_THAT(answer.at("findings"), SizeIs(0));
  ASSERT_THAT(answer.at("predictions"), SizeIs(80));
  for (const auto& prediction : answer["predictions"]) {
    double sum = 0;
    std::vector<std::string> row;
    for (const auto& [name, probability] : prediction.at("probabilities").items()) {
      sum += probability.get<double>();
      row.push_back(shortest(probability.get<float>()));
      EXPECT_LE(probability, prediction["probabilities"].at(prediction.at("predicted"))) << name;
    }
    EXPECT_NEAR(sum, 1, 1e-6);
    EXPECT_EQ(row, answered.at(prediction.at("path")));  // nlohmann sorts by name, as the classes are
  }

  EXPECT_EQ(contents(folder, "cells"), cells) << "the pictures were changed";
}

TEST(Journey, SavedConfigurationIsARecipe) {
  GIEMSA_NEEDS_TRAIN();
  const TestFolder folder;
  folder.make_cells("cells", 4);
  const Ran config = folder.giemsa({"config", "baseline"});
  expect_success(config);
  folder.write("mine.toml", config.out);
  const std::vector<std::string> settings{"--set", "data.input_px=16", "data.ratios=50/50", "train.batch=4",
                                          "stages.0.epochs=1"};
  const auto train = [&](const std::string& recipe, const std::string& out, std::vector<std::string> more) {
    more.insert(more.begin(), {"train", "cells", "--recipe", recipe, "--out", out});
    expect_success(folder.giemsa(more));
  };
  train("baseline", "by_name", settings);
  train("mine.toml", "by_file", settings);
  train("by_name/config.toml", "again", {});
  const std::string weights = folder.read("by_name/model.giemsa/weights.safetensors");
  EXPECT_EQ(folder.read("by_file/model.giemsa/weights.safetensors"), weights);
  EXPECT_EQ(folder.read("again/model.giemsa/weights.safetensors"), weights);
  EXPECT_EQ(folder.read("again/config.toml"), folder.read("by_name/config.toml"));
}

}  // namespace
}  // namespace giemsa::testing
