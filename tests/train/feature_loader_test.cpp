#include "giemsa/train/feature_loader.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "giemsa/graph/frozen_prefix.h"
#include "giemsa/train/batch_loader.h"
#include "giemsa/train/freeze.h"
#include "giemsa/train/setup.h"
#include "train/small_run.h"

namespace giemsa::testing {
namespace {

using ::testing::HasSubstr;

/// mobilenet_v2 with a frozen trunk, its head trained for six epochs on two views of each picture.
Config head_config(std::int64_t cache_mb) {
  Config config = small_config("mobilenet_v2");
  config.model.dropout = 0.1;
  config.train.feature_cache_mb = cache_mb;
  config.stages = {{.name = "head", .freeze = "backbone", .epochs = 6, .lr = 5e-3, .views = 2}};
  return config;
}

std::vector<std::string> lines_of(const Config& config, const std::filesystem::path& run,
                                  const TrainLaunch& launch = {}) {
  std::vector<std::string> lines;
  train(cells(), config, run, launch, {.say = [&](const std::string& line) { lines.push_back(line); }});
  return lines;
}

TEST(FeatureLoader, GivesTheTrunksValuesOfTheSameViews) {
  const Config config = head_config(100);
  const TemporaryFolder folder;
  Peers alone;
  const TrainObserver observer;
  TrainingSetup setup(cells(), config, {folder.path()}, alone, 0, observer);
  TorchParams params = to_torch(setup.graph, setup.first_weights());
  setup.prepare_data(false);
  const auto frozen = apply_freeze(setup.graph, params, "backbone");
  const NodeId prefix = frozen_prefix(setup.graph, frozen);
  const FrozenTrunk trunk(setup.graph, params, prefix);
  EXPECT_EQ(trunk.shape(), (Shape{1280, 1, 1})) << "the pooled features, not the map";

  const LoaderOptions options = setup.loader_options(config.stages[0], 1);
  BatchLoader pictures(*setup.train, options, 0);
  FeatureLoader features(*setup.train, options, trunk, {});
  ASSERT_EQ(features.batches_per_epoch(), pictures.batches_per_epoch());
  for (const std::int64_t epoch : {1, 2, 3}) {
    pictures.start_epoch(epoch);
    features.start_epoch(epoch);
    for (std::int64_t i = 0; i < features.batches_per_epoch(); ++i) {
      Batch seen = pictures.next();
      const Batch remembered = features.next();
      EXPECT_EQ(remembered.labels, seen.labels);
      EXPECT_EQ(remembered.targets, seen.targets);
      const torch::Tensor values =
          value_of(setup.graph, params, as_images(seen.images.data(), 16, seen.shape), prefix);
      ASSERT_EQ(static_cast<std::size_t>(values.numel()), remembered.images.size());
      const torch::Tensor flat = values.flatten().contiguous();
      for (std::int64_t k = 0; k < flat.numel(); k += 7)
        EXPECT_NEAR(flat.data_ptr<float>()[k], remembered.images[k],
                    1e-4f * (1 + std::abs(remembered.images[k])));
    }
  }
}

TEST(FeatureLoader, AHeadLearnsTheSameWithAndWithoutIt) {
  const TemporaryFolder folder;
  EXPECT_THAT(lines_of(head_config(100), folder.path() / "with"),
              ::testing::Contains(HasSubstr("is frozen and computed once per view")));
  EXPECT_THAT(lines_of(head_config(0), folder.path() / "without"),
              ::testing::Contains(HasSubstr("more than train.feature_cache_mb")));
  const Remains with(folder.path() / "with"), without(folder.path() / "without");
  ASSERT_EQ(with.epochs.size(), 6u);
  for (std::size_t i = 0; i < 6; ++i) {
    EXPECT_NEAR(with.epochs[i].train_loss, without.epochs[i].train_loss, 1e-4) << "epoch " << i + 1;
    EXPECT_NEAR(with.epochs[i].val_loss, without.epochs[i].val_loss, 1e-4) << "epoch " << i + 1;
    EXPECT_EQ(with.epochs[i].val_accuracy, without.epochs[i].val_accuracy) << "epoch " << i + 1;
  }
}

TEST(FeatureLoader, AResumedStageHasTheSameBits) {
  const TemporaryFolder folder;
  const Config config = head_config(100);
  lines_of(config, folder.path() / "whole");
  lines_of(config, folder.path() / "cut", {.stop_after = 3});
  lines_of(config, folder.path() / "cut", {.resume = true});
  expect_same(Remains(folder.path() / "cut"), Remains(folder.path() / "whole"));
}

}  // namespace
}  // namespace giemsa::testing
