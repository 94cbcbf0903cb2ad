#include "giemsa/runs/run.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "giemsa/core/error.h"
#include "giemsa/runs/find_runs.h"
#include "runs/run_folders.h"

namespace giemsa {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
namespace fs = std::filesystem;

TEST(Run, TellsItsState) {
  struct Case {
    std::vector<double> accuracies;
    std::int64_t patience;
    const char* state;
    std::int64_t best;
  };
  const Case cases[] = {
      {{}, 0, "unfinished", 0},
      {{.5, .6, .4}, 0, "unfinished", 2},
      {{.1, .2, .3, .4, .6, .5}, 0, "finished", 5},
      {{.1, .2, .3, .2}, 1, "stopped early", 3},
  };
  for (const auto& [accuracies, patience, state, best] : cases) {
    SCOPED_TRACE(::testing::PrintToString(accuracies));
    const TemporaryFolder folder;
    Config config = testing::two_stages();
    config.train.patience = patience;
    testing::write_run(folder.path(), config, accuracies);
    const TrainingRun run = open_run(folder.path());
    EXPECT_THAT(run.problems, IsEmpty());
    EXPECT_EQ(name_of(run.state()), state);
    EXPECT_EQ(run.best() ? run.best()->epoch : 0, best);
    EXPECT_EQ(run.planned_epochs(), 6);
    EXPECT_DOUBLE_EQ(run.seconds(), 10.0 * static_cast<double>(accuracies.size()));
  }
}

TEST(Run, TellsWhyItIsBroken) {
  struct Case {
    const char* file;
    std::string content;
    const char* problem;
    std::size_t epochs;  // that are told all the same
  };
  const std::string config = to_toml(testing::two_stages(), false);
  const Case cases[] = {
      {"config.toml", "frobnicate = 3\n" + config, "config.toml, line 1: unknown key 'frobnicate'", 3},
      {"config.toml", "[train]\nbach = 8\n", "line 2: unknown key 'train.bach' (did you mean 'train.batch'?)",
       3},
      {"config.toml", "[train\n", "config.toml, line 1: not TOML", 3},
      {"config.toml", "[train]\nbatch = -1\n", "line 2: train.batch = -1; expected a whole number", 3},
      {"config.toml", "[[stages]]\nepochs = 2\n", "epoch 1 is of stage 'head'; config.toml has stage 'all'",
       3},
      {"metrics.jsonl", "{\"epoch\": 1", "metrics.jsonl line 1: ", 0},
      {"metrics.jsonl", "{\"epoch\": 1}\n", "metrics.jsonl line 1: ", 0},
      {"metrics.jsonl", "null\n", "metrics.jsonl line 1: ", 0},
      {"environment.json", "[", "environment.json is no JSON object", 3},
  };
  for (const auto& [file, content, problem, epochs] : cases) {
    SCOPED_TRACE(content);
    const TemporaryFolder folder;
    testing::write_run(folder.path(), testing::two_stages(), {.1, .2, .3});
    write_atomic(folder.path() / file, content);
    const TrainingRun run = open_run(folder.path());
    EXPECT_EQ(run.state(), RunState::Broken);
    EXPECT_THAT(run.problems, ElementsAre(HasSubstr(problem)));
    EXPECT_EQ(run.problems.front().find(folder.path().string()), std::string::npos);
    EXPECT_EQ(run.epochs.size(), epochs);
  }
}

TEST(Run, WithoutConfigurationIsBroken) {
  const TemporaryFolder folder;
  testing::write_run(folder.path(), testing::two_stages(), {.1});
  fs::remove(folder.path() / "config.toml");
  const TrainingRun run = open_run(folder.path());
  EXPECT_THAT(run.problems, ElementsAre(HasSubstr("config.toml")));
  EXPECT_EQ(run.planned_epochs(), std::nullopt);
  ASSERT_NE(run.best(), nullptr);
}

TEST(Run, MustBeThere) {
  const TemporaryFolder folder;
  try {
    open_run(folder.path());
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::Usage);
    EXPECT_THAT(error.message(), HasSubstr("holds no run"));
  }
}

/// A tree with runs at several depths, and a loop of links.
class FindRuns : public ::testing::Test {
 protected:
  void SetUp() override {
    for (const char* run : {"a", "search/trials/000", "folds/fold-1/run", "a/nested", "a/model.giemsa/no"})
      testing::write_run(folder_.path() / run, testing::two_stages(), {.5});
    fs::create_directory_symlink("..", folder_.path() / "folds/up");
    fs::create_directory_symlink("a", folder_.path() / "latest");
    fs::create_directories(folder_.path() / "pictures");
    write_atomic(folder_.path() / "pictures/config.toml", std::string_view("other = 1\n"));
  }
  std::vector<std::string> found(std::vector<fs::path> folders) const {
    for (fs::path& folder : folders) folder = folder_.path() / folder;
    std::vector<std::string> names;
    for (const fs::path& run : find_runs(folders).folders)
      names.push_back(run.lexically_relative(folder_.path()).string());
    return names;
  }
  TemporaryFolder folder_;
};

TEST_F(FindRuns, AtAnyDepthAndOnce) {
  const auto all = ElementsAre("a", "a/nested", "folds/fold-1/run", "search/trials/000");
  EXPECT_THAT(found({"."}), all);
  EXPECT_THAT(found({".", "folds", "a/", "search/../a"}), all);
  EXPECT_THAT(found({"search", "a"}), ElementsAre("a", "a/nested", "search/trials/000"));
  EXPECT_THAT(found({"latest"}), ElementsAre("latest", "latest/nested"));  // a link that is named is followed
  EXPECT_THAT(found({"pictures"}), IsEmpty());
}

TEST_F(FindRuns, IsBounded) {
  const std::vector<fs::path> folders = {folder_.path()};
  EXPECT_THROW(find_runs(folders, 3), Error);
  EXPECT_NO_THROW(find_runs(folders, 20));
}

TEST_F(FindRuns, RefusesWhatIsNoFolder) {
  EXPECT_THROW(found({"nowhere"}), Error);
  EXPECT_THROW(found({"a/config.toml"}), Error);
}

}  // namespace
}  // namespace giemsa
