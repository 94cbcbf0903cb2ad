#include <chrono>
#include <thread>

#include "cli/test_folder.h"
#include "giemsa/core/text.h"
#include "runs/run_folders.h"

namespace giemsa::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::StartsWith;

/// Two runs, and one of another version.
class Runs : public ::testing::Test {
 protected:
  void SetUp() override {
    write_run(folder_.path("runs/one"), two_stages(), {.1, .2, .3, .4, .5, .6});
    write_run(folder_.path("runs/deep/two"), two_stages(), {.7, .8});
    write_run(folder_.path("runs/old"), two_stages(), {.5});
    folder_.write("runs/old/config.toml", "[train]\nwarp = 9\n");
  }
  TestFolder folder_;
};

TEST_F(Runs, AreListed) {
  const Ran ran = folder_.giemsa({"runs", "list", "--sort", "accuracy"});
  expect_success(ran);
  EXPECT_THAT(ran.err, IsEmpty());
  for (const char* part :
       {"\nruns/deep/two  unfinished     2/6     2    0.8000", "\nruns/one       finished ",
        "\nruns/old       broken ", "broken: runs/old: config.toml, line 2: unknown key 'train.warp'"}) {
    EXPECT_THAT(ran.out, HasSubstr(part));
  }
  EXPECT_LT(ran.out.find("runs/deep/two"), ran.out.find("runs/one"));
  EXPECT_LT(folder_.giemsa({"runs", "list"}).out.find("runs/deep/two"), ran.out.find("runs/old"));
  EXPECT_THAT(folder_.giemsa({"runs", "list", "runs/one", "--json"}).out,
              StartsWith("[\n  {\n    \"path\": \"runs/one\""));
}

TEST_F(Runs, NoneIsNoError) {
  std::filesystem::create_directory(folder_.path("empty"));
  const Ran ran = folder_.giemsa({"runs", "list", "empty"});
  expect_success(ran);
  EXPECT_EQ(ran.out, "");
  EXPECT_EQ(ran.err, "no runs there\n");
  EXPECT_EQ(folder_.giemsa({"runs", "list", "empty", "--json"}).out, "[]\n");
}

TEST_F(Runs, AreShownAndExported) {
  const Ran shown = folder_.giemsa({"runs", "show", "runs/one"});
  expect_success(shown);
  EXPECT_THAT(shown.out, StartsWith("runs/one: epoch 6 of 6, finished; best: epoch 6, accuracy 0.6000"));
  expect_success(folder_.giemsa({"runs", "show", "runs/one", "--csv", "epochs.csv"}));
  EXPECT_THAT(folder_.read("epochs.csv"), StartsWith("epoch,stage,lr,train_loss,"));
  const Ran broken = folder_.giemsa({"runs", "show", "runs/old"});
  expect_success(broken);
  EXPECT_THAT(broken.out, HasSubstr("broken: config.toml, line 2: unknown key 'train.warp'"));
}

TEST_F(Runs, AreCompared) {
  const Ran ran = folder_.giemsa({"runs", "compare", "runs/one", "runs/deep/two"});
  expect_success(ran);
  EXPECT_THAT(ran.out, StartsWith("1  runs/one\n2  runs/deep/two\n\nthe options of the runs are alike\n"));
  EXPECT_THAT(ran.out, HasSubstr("best accuracy          0.6000      0.8000\n"));
  EXPECT_THAT(folder_.giemsa({"runs", "compare", "runs/one", "runs/old", "--json"}).out,
              HasSubstr("\"options\": []"));
}

TEST_F(Runs, TellWhatIsWrong) {
  expect_failures(folder_, ErrorKind::Usage,
                  {{{"runs"}, {"giemsa runs --help"}},
                   {{"runs", "show", "runs"}, {"runs holds no run", "giemsa runs list FOLDER"}},
                   {{"runs", "compare", "runs/one"}, {"2"}},
                   {{"runs", "compare", "runs/one", "nowhere"}, {"nowhere holds no run"}},
                   {{"runs", "list", "--sort", "acuracy"}, {"did you mean 'accuracy'?"}}});
  expect_failures(folder_, ErrorKind::Io,
                  {{{"runs", "list", "nowhere"}, {"there is no folder nowhere"}},
                   {{"runs", "show", "runs/one", "--csv", "no/epochs.csv"}, {"no/epochs.csv"}}});
  expect_failure(folder_.giemsa({"runs", "show", "runs/old", "--live"}), ErrorKind::Data,
                 {"unknown key 'train.warp'"});
}

TEST_F(Runs, AreFollowedToTheirEnd) {
  const auto follower =
      folder_.start({"runs", "show", "runs/deep/two", "--live"}, {.timeout = std::chrono::seconds(30)});
  for (const auto& accuracies : {std::vector{.7, .8, .5}, std::vector{.7, .8, .5, .6, .9, .1}}) {
    std::this_thread::sleep_for(std::chrono::milliseconds(300));
    EXPECT_FALSE(follower->ended());
    write_metrics(folder_.path("runs/deep/two/metrics.jsonl"), epochs_of(accuracies));
  }
  const Ran ran = follower->wait();
  expect_success(ran);
  EXPECT_THAT(ran.out, Not(HasSubstr("\x1b")));
  std::vector<std::string> begins;
  for (const std::string& line : split_text(ran.out, '\n')) begins.push_back(line.substr(0, line.find(':')));
  EXPECT_THAT(begins, ElementsAre("epoch 1/6 (head)", "epoch 2/6 (head)", "epoch 3/6 (all)",
                                  "epoch 4/6 (all)", "epoch 5/6 (all)", "epoch 6/6 (all)", ""));
}

TEST_F(Runs, AreLeftByCtrlC) {
  const auto follower =
      folder_.start({"runs", "show", "runs/deep/two", "--live"}, {.timeout = std::chrono::seconds(30)});
  std::this_thread::sleep_for(std::chrono::milliseconds(300));
  follower->interrupt();
  EXPECT_EQ(follower->wait().signal, SIGINT);
}

}  // namespace
}  // namespace giemsa::testing
