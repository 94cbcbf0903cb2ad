#include "giemsa/runs/live_view.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "giemsa/runs/bar_chart.h"
#include "runs/run_folders.h"

namespace giemsa {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::SizeIs;

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();

TEST(BarChart, DrawsEighths) {
  struct Case {
    std::vector<double> values;
    std::size_t total, columns, rows;
    std::vector<std::string> lines;
  };
  const Case cases[] = {
      {{0, 1, 2, 3, 4, 5, 6, 7}, 8, 8, 1, {"▁▂▃▄▅▆▇█"}},
      {{0, 15}, 2, 2, 2, {" █", "▁█"}},
      {{0, 8}, 2, 4, 1, {"▁▁██"}},               // two columns each
      {{0, 7}, 4, 4, 1, {"▁█  "}},               // two are still to come
      {{0, 0, 7, 7, 14, 14}, 6, 3, 1, {"▁▅█"}},  // the mean of two
      {{0, kNan, 7}, 3, 3, 1, {"▁ █"}},
      {{3, 3}, 2, 2, 1, {"▁▁"}},
      {{1, 2, 3}, 1, 3, 1, {"▁▅█"}},  // more than were planned
      {{kNan}, 1, 1, 2, {" ", " "}},
      {{}, 0, 2, 1, {"  "}},
  };
  for (const auto& [values, total, columns, rows, lines] : cases) {
    SCOPED_TRACE(::testing::PrintToString(values));
    EXPECT_EQ(bar_chart(values, total, columns, rows), lines);
  }
}

TrainingRun opened(const std::vector<double>& accuracies) {
  const TemporaryFolder folder;
  testing::write_run(folder.path(), testing::two_stages(), accuracies);
  TrainingRun run = open_run(folder.path());
  run.folder = "r";
  return run;
}

TEST(LiveView, FitsTheTerminal) {
  EXPECT_THAT(live_view(opened({.1, .2, .8}), 4, 12, 14),
              ElementsAre("r: epoch 3 o", "stages: head", "0:34 so far,",  //
                          "accuracy 0.8", "▁▁▂▂██      ",                  //
                          "loss 0.2000 ", "██▇▇▁▁      ",                  //
                          "train loss 0", "██▃▃▁▁      ",                  //
                          "rate 0.002  ", "████▁▁      ",                  //
                          "╵hea╵all"));
  EXPECT_THAT(live_view(opened({.1, .2, .8}), 4, 80, 3), SizeIs(3));
  EXPECT_THAT(live_view(opened({.1, .2, .8}), 4, 80, 60), SizeIs(3 + 4 * 5 + 1));
}

TEST(LiveView, TellsTheTime) {
  struct Case {
    std::vector<double> accuracies;
    double since_epoch_s;
    const char* time;
  };
  for (const auto& [accuracies, since, time] : {
           Case{{}, 5, "the first epoch has not ended yet"},
           Case{{.1, .2, .3}, 4, "0:34 so far, about 0:26 left"},
           Case{{.1, .2, .3}, 35, "1:05 so far, about 0:00 left"},
           Case{{.1, .2, .3}, 100, "left; the last epoch ended 1:40 ago: has the training ended?"},
           Case{{.1, .2, .3, .4, .5, .6}, 100, "took 1:00"},
       }) {
    EXPECT_THAT(live_view(opened(accuracies), since, 100, 40)[2], HasSubstr(time));
  }
}

TEST(LiveView, HasALineForAnEpoch) {
  const TrainingRun run = opened({.5, .6});
  EXPECT_EQ(
      epoch_line(run, run.epochs[1]),
      "epoch 2/6 (head): rate 0.01, train loss 1.0000, train accuracy 0.5500, loss 0.4000, accuracy 0.6000, "
      "balanced 0.5000, macro F1 0.4000, AUC 0.6100, images/s 100, seconds 10.0, best so far");
}

}  // namespace
}  // namespace giemsa
