#include "giemsa/train/trainer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <set>

#include "giemsa/data/findings.h"
#include "giemsa/formats/safetensors.h"
#include "giemsa/image/codec.h"
#include "giemsa/infer/native_executor.h"
#include "giemsa/models/registry.h"
#include "giemsa/run/model_file.h"
#include "giemsa/split/split.h"
#include "train/small_run.h"

namespace giemsa::testing {
namespace {

namespace fs = std::filesystem;
using ::testing::ElementsAre;
using ::testing::ElementsAreArray;
using ::testing::HasSubstr;

std::set<std::string> files_in(const fs::path& folder) {
  std::set<std::string> files;
  for (const auto& entry : fs::recursive_directory_iterator(folder)) {
    if (entry.is_regular_file()) files.insert(fs::relative(entry.path(), folder).string());
  }
  return files;
}

struct NativeFigures {
  double accuracy = 0, loss = 0;
};

/// What the kept model makes of a part on the road that prediction takes.
NativeFigures native_figures(const fs::path& run, const Source& source, Part part) {
  const Model model = read_model(run);
  const NativeExecutor network(model.graph(), model.weights);
  const Split split = read_split(run / "split.csv", source);
  const std::vector<std::size_t> members = split.members(part);
  std::size_t right = 0;
  double loss = 0;
  for (const std::size_t record : members) {
    const Image input = crop_and_resize(source.load(record), model.preprocess);
    std::vector<float> pixels(input.bytes().size()), logits(model.classes.size());
    normalise(input, model.preprocess, pixels.data());
    network.run(pixels, 1, 1, logits);
    const int label = source.records()[record].label;
    right += std::max_element(logits.begin(), logits.end()) - logits.begin() == label;
    double sum = 0;
    for (const float logit : logits) sum += std::exp(double{logit});
    loss += std::log(sum) - logits[label];
  }
  const auto count = static_cast<double>(members.size());
  return {static_cast<double>(right) / count, loss / count};
}

TEST(Trainer, LeavesARunFolderThatExplainsItself) {
  const TemporaryFolder folder;
  const fs::path run = folder.path() / "run";
  Config config = small_config();
  config.data.ratios = "50/25/25";
  config.data.cache = "file";
  std::vector<std::int64_t> steps;
  std::vector<std::int64_t> ended;
  std::uint64_t decoded = 0;
  const TrainObserver observer{
      .decoded = [&](std::uint64_t, std::uint64_t total) { decoded = total; },
      .stepped = [&](std::int64_t epoch, std::int64_t step, std::int64_t count, double, double,
                     double) { steps.push_back(100 * epoch + 10 * step + count); },
      .epoch_ended = [&](const EpochRecord& record) { ended.push_back(record.epoch); }};
  const TrainResult result = train(cells(), config, run, {}, observer);

  EXPECT_THAT(files_in(run),
              ElementsAre("checkpoint.safetensors", "classes.csv", "config.toml", "environment.json",
                          "findings.csv", "metrics.jsonl", "model.giemsa/card.md", "model.giemsa/model.json",
                          "model.giemsa/weights.safetensors", "split.csv"));
  EXPECT_EQ(read_text(run / "config.toml"), to_toml(config, true));
  EXPECT_EQ(read_text(run / "findings.csv"), "record,reason,evidence\n");
  const Split split = read_split(run / "split.csv", cells());
  EXPECT_EQ(split.members(Part::Test).size(), 16u);
  EXPECT_EQ(decoded, 48u) << "the test part is not decoded";
  EXPECT_THAT(read_text(run / "environment.json"), HasSubstr(split_hash(split, cells())));
  EXPECT_THAT(steps, ElementsAre(112, 122, 212, 222, 312, 322, 412, 422));
  EXPECT_THAT(ended, ElementsAre(1, 2, 3, 4));

  const std::vector<EpochRecord> epochs = read_metrics(run / "metrics.jsonl");
  ASSERT_EQ(epochs.size(), 4u);
  double best = -1;
  std::int64_t best_epoch = 0;
  for (std::size_t i = 0; i < epochs.size(); ++i) {
    EXPECT_EQ(epochs[i].epoch, static_cast<std::int64_t>(i + 1));
    EXPECT_EQ(epochs[i].stage, i < 2 ? "head" : "all");
    EXPECT_GT(epochs[i].train_loss, 0);
    EXPECT_GT(epochs[i].images_per_second, 0);
    EXPECT_EQ(epochs[i].best, epochs[i].val_accuracy > best) << "epoch " << i + 1;
    if (epochs[i].val_accuracy > best) {
      best = epochs[i].val_accuracy;
      best_epoch = epochs[i].epoch;
    }
  }
  EXPECT_DOUBLE_EQ(epochs[1].lr, 2e-3 * 0.01);  // each stage ends at its own final rate
  EXPECT_DOUBLE_EQ(epochs[3].lr, 1e-3 * 0.01);
  EXPECT_EQ(result.best_epoch, best_epoch);
  EXPECT_EQ(result.val_accuracy, best);
  EXPECT_EQ(result.val_loss, epochs[best_epoch - 1].val_loss);

  const Model model = read_model(run);
  EXPECT_EQ(model.network, "baseline_cnn");
  EXPECT_THAT(model.classes, ElementsAreArray(cells().classes()));
  EXPECT_EQ(model.preprocess.input_px, 32);
  EXPECT_EQ(model.preprocess.mean, find_model("baseline_cnn").pixels.mean);
}

TEST(Trainer, LearnsDrawnCells) {
  const TemporaryFolder folder;
  Config config = small_config();
  config.train.batch = 12;
  config.stages = {{.epochs = 12, .lr = 2e-3}};
  const TrainResult result = train(cells(), config, folder.path(), {}, {});
  const std::vector<EpochRecord> epochs = read_metrics(folder.path() / "metrics.jsonl");
  EXPECT_LT(epochs.back().train_loss, 0.8 * epochs.front().train_loss);
  EXPECT_GE(result.val_accuracy, 0.5);  // chance: 0.125
}

TEST(Trainer, KeepsTheModelThatItValidated) {
  for (const char* network : {"baseline_cnn", "mobilenet_v2", "mobilenet_v2_keras", "convnext_atto"}) {
    const TemporaryFolder folder;
    Config config = small_config(network);
    config.stages = {{.epochs = 2, .lr = 2e-3}};
    const TrainResult result = train(cells(), config, folder.path(), {}, {});
    const NativeFigures native = native_figures(folder.path(), cells(), Part::Val);
    EXPECT_EQ(native.accuracy, result.val_accuracy) << network;
    EXPECT_NEAR(native.loss, result.val_loss, 1e-5) << network;
  }
}

TEST(Trainer, FreezesTheBackboneForAStage) {
  const TemporaryFolder folder;
  const Graph graph = build_model("mobilenet_v2", {.input_px = 32});
  const StateDict start = initialise(graph, 5);
  write_safetensors(folder.path() / "start.safetensors", start, {});
  Config config = small_config("mobilenet_v2");
  config.model.weights = folder.path() / "start.safetensors";
  config.stages.pop_back();
  train(cells(), config, folder.path() / "run", {}, {});
  EXPECT_THAT(read_text(folder.path() / "run/weights.txt"), HasSubstr("features.18.0.weight"));
  const Model model = read_model(folder.path() / "run");
  for (const Param& param : graph.params) {
    const auto trained = model.weights.at(param.name).values(), before = start.at(param.name).values();
    EXPECT_EQ(std::equal(trained.begin(), trained.end(), before.begin()), !graph.in_head(param.name))
        << param.name;
  }
}

TEST(Trainer, KeepsTheEpochOfTheLowestLossWhenAskedTo) {
  const TemporaryFolder folder;
  Config config = small_config();
  config.train.select = "loss";
  config.train.ema_decay = 0;
  config.stages = {{.epochs = 4, .lr = 0.02}};
  const TrainResult result = train(cells(), config, folder.path(), {}, {});
  double lowest = INFINITY;
  for (const EpochRecord& epoch : read_metrics(folder.path() / "metrics.jsonl")) {
    EXPECT_EQ(epoch.best, epoch.val_loss < lowest) << "epoch " << epoch.epoch;
    lowest = std::min(lowest, epoch.val_loss);
  }
  EXPECT_EQ(result.val_loss, lowest);
  EXPECT_NEAR(native_figures(folder.path(), cells(), Part::Val).loss, lowest, 1e-5);
}

TEST(Trainer, EndsAStageWhenPatienceIsOver) {
  const TemporaryFolder folder;
  Config config = small_config();
  config.train.patience = 2;
  // Without a learning rate no epoch is better than a stage's first.
  config.stages = {{.name = "a", .epochs = 9, .lr = 0}, {.name = "b", .epochs = 9, .lr = 0}};
  std::vector<std::string> lines;
  const TrainResult result = train(cells(), config, folder.path(), {},
                                   {.say = [&](const std::string& line) { lines.push_back(line); }});
  std::string stages;
  for (const EpochRecord& epoch : read_metrics(folder.path() / "metrics.jsonl")) stages += epoch.stage;
  EXPECT_EQ(stages, "aaabbb");
  EXPECT_EQ(result.best_epoch, 1);
  EXPECT_THAT(lines, ::testing::Contains("stage 'a' ends early: no better epoch in 2"));
  EXPECT_THAT(lines, ::testing::Contains("stage 'b' ends early: no better epoch in 2"));
}

TEST(Trainer, LeavesABrokenPictureOutAndSaysSo) {
  const TemporaryFolder folder;
  const fs::path data = folder.path() / "cells", broken = data / "monocyte/monocyte_00003.png";
  draw_cells(data);
  write_atomic(broken, read_text(broken).substr(0, 200));
  const auto source = open_source(data);
  Config config = small_config();
  config.train.batch = 15;
  config.stages.resize(1);
  train(*source, config, folder.path() / "run", {}, {});
  EXPECT_THAT(read_text(folder.path() / "run/findings.csv"),
              HasSubstr("monocyte/monocyte_00003.png,corrupt,"));
  const std::string split = read_text(folder.path() / "run/split.csv");
  EXPECT_THAT(split, HasSubstr("monocyte_00003.png,monocyte,\n"));
  EXPECT_THAT(split, HasSubstr("monocyte_00004.png,monocyte,train\n"));

  // The finished run is taken up without a complaint, and has nothing left to do.
  const Remains before(folder.path() / "run");
  train(*source, {}, folder.path() / "run", {.resume = true}, {});
  expect_same(Remains(folder.path() / "run"), before);
}

}  // namespace
}  // namespace giemsa::testing
