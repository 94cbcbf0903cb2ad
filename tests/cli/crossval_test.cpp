// Cross-validation as a person starts, stops and resumes it.

#include <nlohmann/json.hpp>

#include "cli/test_folder.h"
#include "giemsa/core/csv.h"

namespace giemsa::testing {
namespace {

using ::testing::HasSubstr;

constexpr std::size_t kRecords = 48;

class CrossvalCommand : public ::testing::Test {
 protected:
  void SetUp() override {
    GIEMSA_NEEDS_TRAIN();
    folder_.make_cells("cells", kRecords / 8);
  }
  static std::vector<std::string> begin(const std::string& out, std::vector<std::string> more = {}) {
    std::vector<std::string> words{"crossval",
                                   "cells",
                                   "--recipe",
                                   "baseline",
                                   "--out",
                                   out,
                                   "--folds",
                                   "3",
                                   "--ignore-duplicates",
                                   "--set",
                                   "data.input_px=16",
                                   "train.batch=8",
                                   "stages.0.epochs=3",
                                   "train.threads=1"};
    words.insert(words.begin() + 2, more.begin(), more.end());
    return words;
  }
  static std::vector<std::string> resume(const std::string& out) {
    return {"crossval", "cells", "--out", out, "--resume"};
  }
  TestFolder folder_;
};

TEST_F(CrossvalCommand, GoesOnAfterAKillToTheSameBits) {
  const Ran whole = folder_.giemsa(begin("whole"));
  expect_success(whole);
  EXPECT_THAT(whole.out, HasSubstr("± sd"));
  EXPECT_EQ(CsvTable::read(folder_.path("whole/predictions.csv")).rows().size(), kRecords);
  const auto json = nlohmann::json::parse(folder_.read("whole/crossval.json"));
  EXPECT_EQ(json["per_fold"].size(), 3u);
  {
    const auto program = folder_.start(begin("killed", {"--jobs", "2"}));
    while (!folder_.has("killed/folds/fold-2/run/metrics.jsonl") && !program->ended()) ::usleep(1000);
    ASSERT_EQ(program->kill().signal, SIGKILL);
  }
  const Ran resumed = folder_.giemsa(resume("killed"));
  expect_success(resumed);
  EXPECT_EQ(resumed.out, whole.out);
  for (const char* file : {"predictions.csv", "crossval.json", "findings.csv",
                           "folds/fold-1/run/model.giemsa/weights.safetensors",
                           "folds/fold-2/run/model.giemsa/weights.safetensors"}) {
    EXPECT_TRUE(folder_.read(std::string("killed/") + file) == folder_.read(std::string("whole/") + file))
        << file;
  }
  const Ran inspected =
      folder_.giemsa({"inspect", "cells", "--predictions", "whole/predictions.csv", "--out", "inspection"});
  expect_success(inspected);
}

TEST_F(CrossvalCommand, CtrlCEndsTheTrainingsToo) {
  const auto program = folder_.start(begin("run"));
  while (!folder_.has("run/folds/fold-1/run/train.log") && !program->ended()) ::usleep(1000);
  ASSERT_FALSE(program->ended());
  program->interrupt();
  const Ran ran = program->wait();
  EXPECT_EQ(ran.signal, SIGINT);
  EXPECT_THAT(ran.err, HasSubstr("stopped; --out run --resume goes on"));
  expect_success(folder_.giemsa(resume("run")));
}

TEST_F(CrossvalCommand, RejectsBeforeTraining) {
  expect_success(
      folder_.giemsa({"corrupt", "cells", "--corruption", "bubble", "--severity", "3", "--out", "hurt"}));
  expect_failures(folder_, ErrorKind::Usage,
                  {{{"crossval", "cells", "--out", "x", "--folds", "1"}, {"--folds"}},
                   {{"crossval", "cells", "--out", "x", "--resume", "--folds", "3"}, {"--folds"}},
                   {{"crossval", "cells", "--out", "x", "--resume"}, {"x holds no cross-validation"}},
                   {{"crossval", "cells", "--out", "cells/x"}, {"is read and must not change"}},
                   {{"crossval", "hurt/bubble/3", "--out", "x"}, {"for measuring alone"}},
                   {{"crossval", "cells", "--out", "x", "--seed", "-1"}, {"--seed"}},
                   {{"crossval", "cells", "--out", "x", "--set", "train.bach=3"}, {"train.batch"}},
                   {{"crossval", "cells", "--out", "x", "--set", "data.split=split.csv"}, {"data.split"}}});
  expect_failures(folder_, ErrorKind::Data,
                  {{{"crossval", "cells", "--out", "x", "--folds", "10", "--ignore-duplicates"},
                    {"has 6 records; 10 folds need at least 10", "--folds 6"}}});
  // The recipe's groups hold where --groups names none.
  expect_failure(folder_.giemsa({"crossval", "cells", "--out", "x", "--set", "data.groups=absent.csv"}),
                 ErrorKind::Io, {"absent.csv"});
}

}  // namespace
}  // namespace giemsa::testing
