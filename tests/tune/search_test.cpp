// Searches with a trainer that takes no time; the real one stands in tests/cli/search_test.cpp.

#include "giemsa/tune/search.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "giemsa/core/csv.h"
#include "giemsa/core/error.h"
#include "giemsa/synth/synthesise.h"
#include "giemsa/tune/halving.h"
#include "tune/fake_trainer.h"

namespace giemsa {
namespace {

using ::testing::ElementsAre;
using testing::FakeTrainer;
using ::testing::HasSubstr;

constexpr const char* kSpace = "[space]\n\"stages.0.lr\" = {log = [1e-4, 1]}\n";

class SearchTest : public ::testing::Test {
 protected:
  SearchTest() {
    synthesise(fake_.path("cells"), {.per_class = 1, .size_px = 32, .seed = 1}, {});
    source_ = open_source(fake_.path("cells"));
    recipe_.stages[0].epochs = 9;
  }

  Search begin(const std::string& name, const SearchOptions& options, const char* space = kSpace) const {
    std::filesystem::create_directories(fake_.path(name));
    return begin_search(fake_.path(name), options, recipe_, space, "mine.toml", *source_, 2);
  }
  void run(Search& search, int jobs = 2) const { run_search(search, fake_.trainer(), jobs, {}); }

  /// trials.csv without its times.
  std::vector<std::vector<std::string>> rows(const std::string& name) const {
    const CsvTable table = CsvTable::read(fake_.path(name) / "trials.csv");
    auto kept = table.rows();
    for (auto& row : kept) row[table.column("seconds")].clear();
    return kept;
  }

  FakeTrainer fake_;
  std::unique_ptr<Source> source_;
  Config recipe_;
};

TEST_F(SearchTest, RandomTrainsAllInFull) {
  Search search = begin("s", {.trials = 5});
  run(search);
  for (const Trial& trial : search.trials) {
    EXPECT_EQ(trial.status, TrialStatus::Complete);
    EXPECT_EQ(trial.epochs, 9);
  }
  const double lr = std::stod(search.trials[3].values[0]);
  EXPECT_NEAR(search.trials[3].figure, 1 - 0.1 * std::abs(std::log10(lr) + 2) - 0.5 / 9, 1e-6);
  EXPECT_NEAR(search.trials[0].figure, 0.9 - 0.5 / 9, 1e-6);  // the recipe's own 1e-3

  write_search_results(search);
  const Config best = load_recipe((fake_.path("s") / "best.toml").string());
  const std::size_t winner = ranked(search.trials, "accuracy").front();
  EXPECT_EQ(shortest(best.stages[0].lr), search.trials[winner].values[0]);
  EXPECT_EQ(best.train.threads, 0) << "the search's share of the processors is not the recipe's";
  EXPECT_EQ(best.train.select, "accuracy");
  for (const char* file :
       {"search.json", "report.html", "figures/trials.svg", "figures/curves.svg", "figures/option_1.svg"}) {
    EXPECT_GT(std::filesystem::file_size(fake_.path("s") / file), 500u) << file;
  }
}

TEST_F(SearchTest, HalvingTrainsTheBestLonger) {
  Search search = begin("s", {.trials = 9, .strategy = "halving"});
  EXPECT_THAT(search.rungs, ElementsAre(1, 3, 9));
  run(search);
  std::vector<std::size_t> by_lr(9);  // the figure falls with the distance from 1e-2, whatever the epoch
  for (std::size_t i = 0; i < 9; ++i) by_lr[i] = i;
  std::ranges::sort(by_lr, {}, [&](std::size_t i) {
    return std::abs(std::log10(i == 0 ? 1e-3 : std::stod(search.trials[i].values[0])) + 2);
  });
  for (std::size_t place = 0; place < 9; ++place) {
    const std::size_t i = by_lr[place];
    EXPECT_EQ(search.trials[i].epochs, i == 0 || place < 1 ? 9 : place < 3 ? 3 : 1) << "trial " << i;
  }
  EXPECT_EQ(ranked(search.trials, "accuracy").front(), by_lr.front());
  write_search_results(search);
  EXPECT_THAT(read_text(fake_.path("s") / "report.html"),
              HasSubstr("one in 3 went on from the rungs, at 1, 3, 9"));
}

TEST_F(SearchTest, JobsDoNotMatter) {
  Search one = begin("one", {.trials = 7, .strategy = "halving"}), three = begin("three", one.options);
  run(one, 1);
  run(three, 3);
  EXPECT_EQ(rows("one"), rows("three"));
}

TEST_F(SearchTest, FailedTrialsAreNotedAndPassedOver) {
  Search search =
      begin("s", {.trials = 12, .seed = 3}, "[space]\n\"model.dropout\" = {choice = [0.1, 0.8, 0.9]}\n");
  run(search);
  for (const Trial& trial : search.trials) {
    const std::string& dropout = trial.values[0];
    SCOPED_TRACE(dropout);
    if (dropout == "0.9") {
      EXPECT_EQ(trial.status, TrialStatus::Failed);
      EXPECT_EQ(trial.epochs, 1);
      EXPECT_EQ(trial.reason, "[train] the loss became nan in epoch 2");
    } else if (dropout == "0.8") {
      EXPECT_EQ(trial.status, TrialStatus::Failed);
      EXPECT_EQ(trial.reason, "ended by signal 9 (Killed)");
    } else {
      EXPECT_EQ(trial.status, TrialStatus::Complete);
    }
  }
  EXPECT_GE(std::ranges::count(search.trials, TrialStatus::Failed, &Trial::status), 4);
  write_search_results(search);
  EXPECT_THAT(read_text(fake_.path("s") / "report.html"), HasSubstr("the loss became nan in epoch 2"));
}

TEST_F(SearchTest, TellsWhenAllFail) {
  ::setenv("FAKE_FAIL", "1", 1);
  Search search = begin("s", {.trials = 2});
  try {
    run(search);
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::Data);
    EXPECT_THAT(error.what(), HasSubstr("no trial came to a figure; trial 0: [train] no"));
  }
}

/// Killed at many points by FAKE_STOP, between and after epochs, then resumed.
TEST_F(SearchTest, GoesOnAfterAnyKillToTheSameTable) {
  const SearchOptions options{.trials = 6, .strategy = "halving"};
  Search whole = begin("whole", options);
  run(whole);
  for (const int epochs : {1, 2, 5, 6, 7, 9, 11, 13, 18}) {
    SCOPED_TRACE(epochs);
    const std::string name = "killed_" + std::to_string(epochs);
    Search begun = begin(name, options);
    ASSERT_TRUE(fake_.killed_after(epochs, [&] { run(begun); }));
    Search resumed = open_search(fake_.path(name), *source_);
    ASSERT_TRUE(fake_.killed_after(1, [&] { run(resumed); }) || epochs > 15);  // and at once again
    resumed = open_search(fake_.path(name), *source_);
    run(resumed);
    EXPECT_EQ(rows(name), rows("whole"));
    write_search_results(resumed);
  }
  write_search_results(whole);
  for (const char* file : {"best.toml", "search.json"}) {
    EXPECT_EQ(read_text(fake_.path("killed_7") / file), read_text(fake_.path("whole") / file)) << file;
  }
  EXPECT_FALSE(fake_.collided());
}

TEST_F(SearchTest, RejectsBeforeAnythingStarts) {
  struct Case {
    SearchOptions options;
    const char* space;
    const char* says;
  };
  const Case cases[] = {
      {{.metric = "acuracy"}, kSpace, "did you mean 'accuracy'?"},
      {{.strategy = "halving", .min_epochs = 10}, kSpace, "--min-epochs 10; from 1 to the 9 epochs"},
      {{.strategy = "halving"},
       "[space]\n\"stages.*.epochs\" = {integer = [1, 9]}\n",
       "'stages.*.epochs' cannot"},
      {{}, "[space]\n\"train.bach\" = {choice = [2]}\n", "mine.toml, line 2"},
  };
  for (const Case& c : cases) {
    try {
      begin("bad", c.options, c.space);
      ADD_FAILURE() << c.says;
    } catch (const Error& error) {
      EXPECT_EQ(error.kind(), ErrorKind::Usage);
      EXPECT_THAT(error.what(), HasSubstr(c.says));
    }
    EXPECT_TRUE(std::filesystem::is_empty(fake_.path("bad")));
  }
}

TEST_F(SearchTest, OpensOnlyWhatItBegan) {
  const auto message = [&](const std::string& name, const Source& source) -> std::string {
    try {
      open_search(fake_.path(name), source);
    } catch (const Error& error) {
      return error.what();
    }
    return "opened";
  };
  begin("s", {.trials = 3});
  EXPECT_EQ(message("s", *source_), "opened");
  EXPECT_THAT(message("none", *source_), HasSubstr("holds no search"));
  EXPECT_THROW(begin("s", {}), Error);  // it already holds one
  synthesise(fake_.path("others"), {.per_class = 2, .size_px = 32, .seed = 1}, {});
  EXPECT_THAT(message("s", *open_source(fake_.path("others"))), HasSubstr("are not those that"));

  const auto table = fake_.path("s") / "trials.csv";
  const std::string text = read_text(table);
  const auto changed = [&](const std::string& from, const std::string& to) {
    std::string other = text;
    other.replace(other.find(from), from.size(), to);
    write_atomic(table, other);
    return message("s", *source_);
  };
  EXPECT_THAT(changed("waiting", "asleep"), HasSubstr("row 1: status 'asleep'"));
  EXPECT_THAT(changed("1,waiting", "7,waiting"), HasSubstr("row 2: trial '7'"));
  EXPECT_THAT(changed("2,waiting,0", "2,waiting,x"), HasSubstr("row 3: rung is 'x'; expected a number"));
  EXPECT_THAT(changed("0.001\n", "0.002\n"), HasSubstr("row 1: stages.0.lr = 0.002; this search has 0.001"));
}

}  // namespace
}  // namespace giemsa
