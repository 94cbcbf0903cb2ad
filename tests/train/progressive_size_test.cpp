// Stages that train on pictures of another size than the model's.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/error_matchers.h"
#include "giemsa/run/model_file.h"
#include "train/small_run.h"

namespace giemsa::testing {
namespace {

Config two_sizes() {
  Config config = small_config("mobilenet_v2");
  config.data.input_px = 64;
  config.stages = {{.name = "small", .epochs = 2, .input_px = 32}, {.name = "large", .epochs = 1}};
  return config;
}

TEST(ProgressiveSize, TrainsSmallPicturesFirstAndKeepsTheModelsSize) {
  const TemporaryFolder folder;
  train(cells(), two_sizes(), folder.path() / "run", {}, {});
  EXPECT_EQ(read_model(folder.path() / "run").preprocess.input_px, 64);
  EXPECT_EQ(read_model(folder.path() / "run").options.input_px, 64);

  // Small pictures are what is trained on: the first epoch differs from that of a run of one size.
  Config same_size = two_sizes();
  same_size.stages[0].input_px = 0;
  train(cells(), same_size, folder.path() / "same", {.stop_after = 1}, {});
  EXPECT_NE(read_metrics(folder.path() / "run/metrics.jsonl").front().train_loss,
            read_metrics(folder.path() / "same/metrics.jsonl").front().train_loss);
}

TEST(ProgressiveSize, ResumesToTheSameBitsInEitherStage) {
  const TemporaryFolder folder;
  train(cells(), two_sizes(), folder.path() / "whole", {}, {});
  for (const std::int64_t after : {1, 2}) {
    const auto cut = folder.path() / std::to_string(after);
    train(cells(), two_sizes(), cut, {.stop_after = after}, {});
    train(cells(), two_sizes(), cut, {.resume = true}, {});
    expect_same(Remains(folder.path() / "whole"), Remains(cut));
  }
}

TEST(ProgressiveSize, RefusesWhatTheNetworkCannotSee) {
  const TemporaryFolder folder;
  Config config = two_sizes();
  config.stages[0].input_px = 16;
  EXPECT_THAT(error_of(ErrorKind::Usage, [&] { train(cells(), config, folder.path() / "run", {}, {}); }),
              ::testing::AllOf(::testing::HasSubstr("stages.0.input_px"), ::testing::HasSubstr("got 16 px")));
}

}  // namespace
}  // namespace giemsa::testing
