// The same bits whatever prepares the batches, and after an interruption at any moment.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "train/small_run.h"

namespace giemsa::testing {
namespace {

namespace fs = std::filesystem;

/// Thrown by an observer: the training ends as if someone had stopped it.
struct Stop {};

/// A moment of a training: after a step of an epoch, or (step 0) when the epoch has ended.
struct Moment {
  std::int64_t epoch, step;
};

TrainObserver stop_at(Moment moment) {
  return {.stepped =
              [=](std::int64_t epoch, std::int64_t step, std::int64_t, double, double, double) {
                if (epoch == moment.epoch && step == moment.step) throw Stop{};
              },
          .epoch_ended =
              [=](const EpochRecord& record) {
                if (record.epoch == moment.epoch && moment.step == 0) throw Stop{};
              }};
}

TEST(Resume, GivesTheSameBitsAsATrainingWithoutInterruption) {
  // MobileNetV2 has batch-norm statistics and dropout; the four epochs are two of each stage, of three steps
  // each.
  const std::vector<Moment> interruptions[] = {
      {{1, 1}},                          // before the first checkpoint
      {{1, 3}},                          // the first epoch's last step
      {{1, 0}},                          //
      {{2, 2}},                          //
      {{2, 0}},                          // between the stages
      {{3, 1}},                          // stage 2, before a checkpoint of its own
      {{4, 2}},                          //
      {{4, 0}},                          // nothing is left to do
      {{1, 2}, {1, 3}, {3, 2}, {4, 1}},  // one after the other
  };
  Config config = small_config("mobilenet_v2");
  config.train.loader_threads = 2;
  const TemporaryFolder folder;
  train(cells(), config, folder.path() / "whole", {}, {});
  const Remains whole(folder.path() / "whole");
  ASSERT_EQ(whole.epochs.size(), 4u);

  for (std::size_t i = 0; i < std::size(interruptions); ++i) {
    const fs::path run = folder.path() / std::to_string(i);
    bool resume = false;
    for (const Moment& moment : interruptions[i]) {
      EXPECT_THROW(train(cells(), config, run, {.resume = resume}, stop_at(moment)), Stop);
      resume = true;
    }
    const TrainResult result = train(cells(), {}, run, {.resume = true}, {});
    SCOPED_TRACE("interruption " + std::to_string(i));
    expect_same(Remains(run), whole);
    EXPECT_TRUE(Remains(run).checkpoint == whole.checkpoint) << "the checkpoints differ";
    EXPECT_TRUE(whole.epochs[result.best_epoch - 1].best);
    EXPECT_EQ(result.val_accuracy, whole.epochs[result.best_epoch - 1].val_accuracy);
  }
}

TEST(Resume, KeepsCountOfPatience) {
  Config config = small_config();
  config.train.patience = 2;
  config.stages = {{.name = "a", .epochs = 9, .lr = 0}, {.name = "b", .epochs = 9, .lr = 0}};
  const TemporaryFolder folder;
  train(cells(), config, folder.path() / "whole", {}, {});
  const Remains whole(folder.path() / "whole");
  for (const Moment moment : {Moment{2, 0}, Moment{3, 0}, Moment{4, 1}, Moment{5, 0}}) {
    const fs::path run = folder.path() / std::to_string(10 * moment.epoch + moment.step);
    EXPECT_THROW(train(cells(), config, run, {}, stop_at(moment)), Stop);
    train(cells(), {}, run, {.resume = true}, {});
    SCOPED_TRACE("epoch " + std::to_string(moment.epoch));
    expect_same(Remains(run), whole);
  }
}

TEST(Trainer, GivesTheSameBitsForAnyNumberOfLoaderThreads) {
  const TemporaryFolder folder;
  Config config = small_config();
  for (const int threads : {0, 1, 2}) {
    config.train.loader_threads = threads;
    config.data.cache = threads == 1 ? "file" : "memory";  // nor does it matter where the crops are
    train(cells(), config, folder.path() / std::to_string(threads), {}, {});
    SCOPED_TRACE(std::to_string(threads) + " threads");
    expect_same(Remains(folder.path() / std::to_string(threads)), Remains(folder.path() / "0"));
  }
}

TEST(Trainer, GoesAnotherWayForAnotherSeed) {
  const TemporaryFolder folder;
  Config config = small_config();
  config.stages.resize(1);
  std::vector<double> losses;
  for (const int seed : {1, 2}) {
    config.train.seed = seed;
    train(cells(), config, folder.path() / std::to_string(seed), {}, {});
    losses.push_back(Remains(folder.path() / std::to_string(seed)).epochs.front().train_loss);
  }
  EXPECT_NE(losses[0], losses[1]);
}

TEST(Resume, EveryKindOfStageKeepsItsState) {
  Config config = small_config("mobilenet_v2");
  config.train.sampling = "oversample";
  config.train.select = "macro_f1";
  config.mix.probability = 0.5;
  config.stages = {
      {.name = "plateau",
       .epochs = 3,
       .accumulate = 2,
       .optimizer = {.kind = "sgd", .clip_norm = 1},
       .schedule = {.kind = "plateau", .warmup_epochs = 0, .plateau = {.factor = 0.5, .patience = 0}}},
      {.name = "remembered",
       .freeze = "backbone",
       .epochs = 3,
       .views = 2,
       .mix = false,
       .optimizer = {.kind = "lion"},
       .schedule = {.kind = "one_cycle"}},
      {.name = "augmix", .epochs = 2, .augment = "augmix", .mix = false, .optimizer = {.kind = "adam"}},
  };
  const TemporaryFolder folder;
  train(cells(), config, folder.path() / "whole", {}, {});
  const Remains whole(folder.path() / "whole");
  ASSERT_EQ(whole.epochs.size(), 8u);

  const fs::path cut = folder.path() / "cut";
  train(cells(), config, cut, {.stop_after = 1}, {});
  for (std::int64_t epochs = 2; epochs <= 7; ++epochs)
    train(cells(), {}, cut, {.resume = true, .stop_after = epochs}, {});
  EXPECT_THROW(train(cells(), {}, cut, {.resume = true}, stop_at({8, 2})), Stop);
  train(cells(), {}, cut, {.resume = true}, {});
  expect_same(Remains(cut), whole);
  EXPECT_TRUE(Remains(cut).checkpoint == whole.checkpoint) << "the checkpoints differ";
}

}  // namespace
}  // namespace giemsa::testing
