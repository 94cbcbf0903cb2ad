// A training that is killed and resumed ends in the same bits as one that ran through.

#include <thread>

#include "cli/test_folder.h"
#include "giemsa/run/epoch_record.h"
#include "giemsa/formats/safetensors.h"

namespace giemsa::testing {
namespace {

using ::testing::HasSubstr;

// Everything that a resume must restore: two stages, dropout, a moving average, augmentation.
constexpr const char* kRecipe = R"(
[data]
input_px = 32
ratios = "70/30"

[model]
name = "mobilenet_v2"

[train]
batch = 8
ema_decay = 0.9

[[stages]]
name = "head"
freeze = "backbone"
epochs = 1

[[stages]]
name = "all"
epochs = 3
lr = 2e-3
)";
constexpr std::size_t kEpochs = 4;

class Resume : public ::testing::Test {
 protected:
  void SetUp() override {
    GIEMSA_NEEDS_TRAIN();
    folder_.make_cells("cells", 20);
    folder_.write("recipe.toml", kRecipe);
    expect_success(folder_.giemsa(train("whole")));
    ASSERT_EQ(epochs("whole").size(), kEpochs);
  }

  static std::vector<std::string> train(const std::string& run, std::vector<std::string> more = {}) {
    more.insert(more.begin(), {"train", "cells", "--recipe", "recipe.toml", "--out", run});
    return more;
  }
  static std::vector<std::string> resume(const std::string& run) {
    return {"train", "cells", "--out", run, "--resume"};
  }

  std::vector<EpochRecord> epochs(const std::string& run) const {
    return read_metrics(folder_.path(run) / "metrics.jsonl");
  }

  void expect_same_files(const std::string& run, const std::vector<std::string>& files) const {
    for (const std::string& file : files) {
      EXPECT_TRUE(folder_.read(run + "/" + file) == folder_.read("whole/" + file))
          << run << "/" << file << " differs";
    }
  }
  void expect_same_figures(const std::string& run) const {
    const auto got = epochs(run), expected = epochs("whole");
    ASSERT_EQ(got.size(), expected.size());
    for (std::size_t i = 0; i < got.size(); ++i) {
      EXPECT_EQ(got[i].stage, expected[i].stage);
      EXPECT_EQ(got[i].lr, expected[i].lr);
      EXPECT_EQ(got[i].train_loss, expected[i].train_loss);
      EXPECT_EQ(got[i].val_loss, expected[i].val_loss);
      EXPECT_EQ(got[i].val_accuracy, expected[i].val_accuracy);
      EXPECT_EQ(got[i].best, expected[i].best);
    }
  }

  TestFolder folder_;
};

constexpr std::chrono::milliseconds kGlance{1};

TEST_F(Resume, AfterTwoKillsToTheSameBits) {
  {  // first while the files of the first epoch are being written …
    const auto program = folder_.start(train("killed"));
    while (!folder_.has("killed/metrics.jsonl") && !program->ended()) std::this_thread::sleep_for(kGlance);
    ASSERT_EQ(program->kill().signal, SIGKILL);
  }
  {  // … then in the midst of the third
    const auto program = folder_.start(resume("killed"));
    while (program->err().find("epoch 2 (") == std::string::npos && !program->ended()) {
      std::this_thread::sleep_for(kGlance);
    }
    std::this_thread::sleep_for(std::chrono::duration<double>(epochs("killed").back().seconds / 2));
    ASSERT_EQ(program->kill().signal, SIGKILL);
    ASSERT_LT(epochs("killed").size(), kEpochs);
  }
  const Ran resumed = folder_.giemsa(resume("killed"));
  expect_success(resumed);
  EXPECT_THAT(resumed.err, HasSubstr("resumed after epoch"));
  expect_same_files("killed", {"model.giemsa/weights.safetensors", "model.giemsa/model.json",
                               "model.giemsa/card.md", "checkpoint.safetensors", "config.toml", "split.csv"});
  expect_same_figures("killed");

  // One more resume finds nothing left to do.
  const std::string metrics = folder_.read("killed/metrics.jsonl");
  expect_success(folder_.giemsa(resume("killed")));
  EXPECT_EQ(folder_.read("killed/metrics.jsonl"), metrics);
  expect_same_files("killed", {"model.giemsa/weights.safetensors", "checkpoint.safetensors"});
}

TEST_F(Resume, LoaderThreadsDoNotMatter) {
  for (const std::string threads : {"1", "2"}) {
    const std::string run = "threads_" + threads;
    expect_success(folder_.giemsa(train(run, {"--set", "train.loader_threads=" + threads})));
    expect_same_files(run, {"model.giemsa/weights.safetensors"});
    expect_same_figures(run);
    // The checkpoint also names the configuration, which says the threads; its tensors are the same.
    const auto got = read_safetensors(folder_.path(run) / "checkpoint.safetensors").tensors;
    const auto expected = read_safetensors(folder_.path("whole/checkpoint.safetensors")).tensors;
    ASSERT_EQ(got.size(), expected.size());
    for (const auto& [name, tensor] : expected) {
      EXPECT_TRUE(std::ranges::equal(got.at(name).values(), tensor.values())) << name;
    }
  }
}

TEST(ResumeErrors, OtherDataOrConfiguration) {
  GIEMSA_NEEDS_TRAIN();
  const TestFolder folder;
  folder.make_cells("cells", 6);
  expect_success(
      folder.giemsa({"train", "cells", "--recipe", "baseline", "--out", "run", "--set", "data.input_px=16",
                     "data.ratios=50/50", "train.batch=8", "stages.0.epochs=1"}));
  const std::vector<std::string> resume{"train", "cells", "--out", "run", "--resume"};
  const std::string config = folder.read("run/config.toml");
  folder.write("run/config.toml", std::string(config).replace(config.find("epochs = 1"), 10, "epochs = 2"));
  expect_failures(folder, ErrorKind::Data,
                  {{resume, {"are not those that run began with", "into a new folder"}}});
  folder.write("run/config.toml", config);
  folder.cut("run/checkpoint.safetensors");
  expect_failures(folder, ErrorKind::Model, {{resume, {"run/checkpoint.safetensors", "damaged"}}});
  std::filesystem::rename(folder.path("cells/ig"), folder.path("cells/immature"));
  std::filesystem::remove(folder.path("run/checkpoint.safetensors"));
  expect_failures(folder, ErrorKind::Data,
                  {{resume, {"split.csv", "'ig/ig_00001.png' is not in the data set"}}});
}

}  // namespace
}  // namespace giemsa::testing
