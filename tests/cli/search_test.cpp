// A search as a person starts, stops and resumes it.

#include <nlohmann/json.hpp>

#include "cli/test_folder.h"
#include "giemsa/core/csv.h"

namespace giemsa::testing {
namespace {

using ::testing::HasSubstr;

class SearchCommand : public ::testing::Test {
 protected:
  void SetUp() override {
    GIEMSA_NEEDS_TRAIN();
    folder_.make_cells("cells", 6);
    folder_.write(
        "space.toml",
        "[space]\n\"stages.*.lr\" = {log = [1e-4, 1e-2]}\n\"train.batch\" = {choice = [8, 16, 4096]}\n");
  }
  static std::vector<std::string> begin(const std::string& out) {
    return {"search",
            "cells",
            "--recipe",
            "baseline",
            "--space",
            "space.toml",
            "--out",
            out,
            "--trials",
            "5",
            "--strategy",
            "halving",
            "--eta",
            "2",
            "--set",
            "data.input_px=16",
            "data.ratios=70/30",
            "train.batch=8",
            "stages.0.epochs=4",
            "train.threads=1"};
  }
  /// trials.csv without its times.
  std::vector<std::vector<std::string>> rows(const std::string& out) const {
    const CsvTable table = CsvTable::read(folder_.path(out) / "trials.csv");
    auto kept = table.rows();
    for (auto& row : kept) row[table.column("seconds")].clear();
    return kept;
  }
  TestFolder folder_;
};

TEST_F(SearchCommand, GoesOnAfterAKillToTheSameTable) {
  const Ran whole = folder_.giemsa(begin("whole"));
  expect_success(whole);
  EXPECT_THAT(whole.out, HasSubstr("the recipe itself (trial 0)"));
  const CsvTable table = CsvTable::read(folder_.path("whole/trials.csv"));
  for (const auto& row : table.rows()) {  // a batch larger than the set is a failed trial, no failed search
    const bool impossible = row[table.column("train.batch")] == "4096";
    EXPECT_EQ(row[table.column("status")] == "failed", impossible);
    if (impossible) {
      EXPECT_THAT(row[table.column("reason")], HasSubstr("4096"));
    }
  }
  {
    auto words = begin("killed");
    words.insert(words.begin() + 2, {"--jobs", "2"});
    const auto program = folder_.start(words);
    while (!folder_.has("killed/trials/002/metrics.jsonl") && !program->ended()) ::usleep(1000);
    ASSERT_EQ(program->kill().signal, SIGKILL);
  }
  const Ran resumed = folder_.giemsa({"search", "cells", "--out", "killed", "--resume"});
  expect_success(resumed);
  EXPECT_EQ(rows("killed"), rows("whole"));
  EXPECT_EQ(resumed.out, whole.out);
  for (const char* file : {"best.toml", "search.json"}) {
    EXPECT_EQ(folder_.read(std::string("killed/") + file), folder_.read(std::string("whole/") + file))
        << file;
  }
  expect_success(folder_.giemsa({"train", "cells", "--recipe", "whole/best.toml", "--out", "run"}));
}

TEST_F(SearchCommand, RejectsBeforeTraining) {
  expect_success(
      folder_.giemsa({"corrupt", "cells", "--corruption", "bubble", "--severity", "3", "--out", "hurt"}));
  folder_.write("bad.toml", "[space]\n\n\"stages.*.lrr\" = {log = [1e-4, 1e-2]}\n");
  expect_failures(folder_, ErrorKind::Usage,
                  {{{"search", "cells", "--out", "x", "--space", "bad.toml"},
                    {"bad.toml, line 3: unknown key 'stages.*.lrr'", "did you mean 'stages.0.lr'?"}},
                   {{"search", "cells", "--out", "x", "--space", "quik"}, {"did you mean 'quick'?"}},
                   {{"search", "cells", "--out", "x", "--metric", "acuracy"}, {"did you mean 'accuracy'?"}},
                   {{"search", "cells", "--out", "x", "--resume"}, {"x holds no search"}},
                   {{"search", "cells", "--out", "x", "--resume", "--trials", "3"}, {"--trials"}},
                   {{"search", "cells", "--out", "x", "--seed", "-1"}, {"--seed"}},
                   {{"search", "hurt/bubble/3", "--out", "x"}, {"for measuring alone"}},
                   {{"search", "cells", "--out", "x", "--strategy", "halving", "--min-epochs", "100"},
                    {"--min-epochs 100"}}});
  EXPECT_FALSE(folder_.has("x/search.toml"));
}

}  // namespace
}  // namespace giemsa::testing
