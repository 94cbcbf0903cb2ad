#include "giemsa/runs/stages.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "giemsa/core/error.h"
#include "runs/run_folders.h"

namespace giemsa {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

TEST(Stages, FollowTheEpochs) {
  struct Case {
    std::vector<double> accuracies;
    std::int64_t patience;
    StageProgress head, all;
  };
  const Case cases[] = {
      {{}, 0, {"head", 2, 0, false}, {"all", 4, 0, false}},
      {{.1}, 0, {"head", 2, 1, false}, {"all", 4, 0, false}},
      {{.1, .2}, 0, {"head", 2, 2, true}, {"all", 4, 0, false}},
      {{.1, .2, .3, .4, .5, .6}, 0, {"head", 2, 2, true}, {"all", 4, 4, true}},
      {{.1, .2, .3, .3}, 1, {"head", 2, 2, true}, {"all", 4, 2, true}},          // equal is no better
      {{.9, .8, .3, .4, .3}, 2, {"head", 2, 2, true}, {"all", 4, 3, false}},     // its own best counts
      {{.9, .8, .5, .4, .3}, 2, {"head", 2, 2, true}, {"all", 4, 3, true}},      //
      {{.1, .2, .5, .6, .5, .4}, 2, {"head", 2, 2, true}, {"all", 4, 4, true}},  // over at its last epoch
      {{.1, .2, std::nan(""), .1}, 1, {"head", 2, 2, true}, {"all", 4, 2, false}},
  };
  for (const auto& [accuracies, patience, head, all] : cases) {
    SCOPED_TRACE(::testing::PrintToString(accuracies));
    Config config = testing::two_stages();
    config.train.patience = patience;
    EXPECT_THAT(follow_stages(config, testing::epochs_of(accuracies)), ElementsAre(head, all));
  }
}

TEST(Stages, OfOneNameAreToldApartByTheirEpochs) {
  Config config = testing::two_stages();
  config.stages[0].name = "all";
  std::vector<EpochRecord> epochs = testing::epochs_of({.1, .2, .3});
  for (EpochRecord& record : epochs) record.stage = "all";
  EXPECT_THAT(follow_stages(config, epochs),
              ElementsAre(StageProgress{"all", 2, 2, true}, StageProgress{"all", 4, 1, false}));
}

TEST(Stages, RefuseEpochsOfAnotherRun) {
  const auto message = [](std::vector<EpochRecord> epochs) {
    try {
      follow_stages(testing::two_stages(), epochs);
    } catch (const Error& error) {
      EXPECT_EQ(error.kind(), ErrorKind::Data);
      return error.message();
    }
    return std::string("no error");
  };
  auto skipped = testing::epochs_of({.1, .2});
  skipped[1].epoch = 3;
  EXPECT_THAT(message(skipped), HasSubstr("line 2 is of epoch 3"));
  auto other = testing::epochs_of({.1, .2});
  other[1].stage = "tail\x1b";
  EXPECT_THAT(message(other), HasSubstr("epoch 2 is of stage 'tail\\x1b'; config.toml has stage 'head'"));
  EXPECT_THAT(message(testing::epochs_of({.1, .2, .3, .4, .5, .6, .7})),
              HasSubstr("7 epochs; by config.toml the run ends after 6"));
}

TEST(Stages, TellTheTimeLeft) {
  const Config config = testing::two_stages();
  const auto left = [&](const std::vector<double>& seconds) {
    auto epochs = testing::epochs_of(std::vector<double>(seconds.size(), .5));
    for (std::size_t i = 0; i < seconds.size(); ++i) epochs[i].seconds = seconds[i];
    return seconds_left(follow_stages(config, epochs), epochs);
  };
  EXPECT_TRUE(std::isnan(left({})));
  EXPECT_DOUBLE_EQ(left({2}), 2 + 4 * 2);
  EXPECT_DOUBLE_EQ(left({2, 4}), 4 * 4);           // of the stage that has not begun: as the last epoch
  EXPECT_DOUBLE_EQ(left({2, 4, 10, 20}), 2 * 15);  // the mean of its stage
  EXPECT_DOUBLE_EQ(left({2, 4, 10, 20, 1, 1}), 0);
}

}  // namespace
}  // namespace giemsa
