#include "giemsa/tune/jobs.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <optional>

#include "giemsa/core/error.h"
#include "giemsa/core/file.h"
#include "giemsa/tune/folder_lock.h"
#include "giemsa/tune/trainer_call.h"

namespace giemsa {
namespace {

using ::testing::HasSubstr;
namespace fs = std::filesystem;

class Jobs : public ::testing::Test {
 protected:
  Job shell(const std::string& command, const std::string& name = "run") const {
    return {"/bin/sh", {"-c", command}, path(name), path(name) / "log"};
  }
  fs::path path(const std::string& name) const { return folder_.path() / name; }

  /// Runs one job to its end.
  JobEnd end_of(const Job& job, double limit_s = 0) const {
    std::optional<JobEnd> end;
    run_jobs(std::span(&job, 1), {.seconds = limit_s},
             {.ended = [&](std::size_t, const JobEnd& how) { end = how; }});
    return end.value();
  }

  TemporaryFolder folder_;
};

TEST_F(Jobs, TellHowTheyEnded) {
  struct Case {
    const char* command;
    int exit_code, signal;
    const char* reason;
  };
  const Case cases[] = {
      {"exit 0", 0, 0, ""},
      {"echo talk >&2; exit 3", 3, 0, "ended with code 3"},
      {"echo 'error: [train] the loss became nan' >&2; echo 'Hint: less' >&2; exit 3", 3, 0,
       "[train] the loss became nan"},
      {"kill -9 $$", -1, SIGKILL, "ended by signal 9 (Killed)"},
      {"kill -SEGV $$", -1, SIGSEGV, "ended by signal 11 (Segmentation fault)"},
  };
  for (const Case& c : cases) {
    const Job job = shell(c.command);
    const JobEnd end = end_of(job);
    EXPECT_EQ(end.exit_code, c.exit_code) << c.command;
    EXPECT_EQ(end.signal, c.signal) << c.command;
    EXPECT_EQ(failure_reason(end, job.log), c.reason) << c.command;
  }
}

TEST_F(Jobs, LogHoldsTheCommandAndWhatWasSaid) {
  end_of(shell("echo first; echo second >&2"));
  end_of(shell("cat; echo third"));  // there is nothing to read on its standard input
  EXPECT_EQ(read_text(path("run/log")),
            "$ /bin/sh -c echo first; echo second >&2\nfirst\nsecond\n$ /bin/sh -c cat; echo third\nthird\n");
}

TEST_F(Jobs, RunSoManyAtOnceInTheirOrder) {
  std::vector<Job> jobs;
  for (int i = 0; i < 6; ++i) {
    jobs.push_back(shell("ls " + folder_.path().string() +
                             "/*/running | wc -l > count; touch running; sleep 0.1; "
                             "rm running; date +%s%N > done",
                         std::to_string(i)));
    jobs.back().arguments[1] = "cd " + path(std::to_string(i)).string() + "; " + jobs.back().arguments[1];
  }
  std::size_t most = 0, ended = 0;
  run_jobs(jobs, {.at_once = 2},
           {.ended = [&](std::size_t, const JobEnd& end) { ended += end.success() ? 1 : 0; },
            .ticked = [&](std::span<const std::size_t> running) { most = std::max(most, running.size()); }});
  EXPECT_EQ(ended, 6u);
  EXPECT_EQ(most, 2u);
  for (int i = 0; i < 6; ++i) EXPECT_LE(std::stoi(read_text(path(std::to_string(i)) / "count")), 1) << i;
}

TEST_F(Jobs, AreEndedWhenTheirTimeIsOver) {
  const Job job = shell("trap '' TERM; sleep 60");
  const auto start = std::chrono::steady_clock::now();
  const JobEnd end = end_of(job, 0.2);
  EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(10));
  EXPECT_TRUE(end.out_of_time);
  EXPECT_FALSE(end.success());
  EXPECT_THAT(failure_reason(end, job.log), HasSubstr("took longer than"));
}

TEST_F(Jobs, TellWhenTheProgramIsNotThere) {
  Job job = shell("");
  job.program = "/nowhere/trainer";
  try {
    end_of(job);
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::Io);
    EXPECT_THAT(error.what(), HasSubstr("cannot start /nowhere/trainer"));
  }
}

TEST_F(Jobs, EndWithAnErrorOfTheirObserver) {
  const std::vector<Job> jobs{shell("exit 3", "a"),
                              shell("echo $$ > " + path("b/pid").string() + "; exec sleep 60", "b")};
  EXPECT_THROW(run_jobs(jobs, {.at_once = 2},
                        {.ended =
                             [&](std::size_t, const JobEnd&) {
                               while (!fs::exists(path("b/pid")) || fs::is_empty(path("b/pid")))
                                 ::usleep(1000);
                               throw Error(ErrorKind::Data, "enough");
                             }}),
               Error);
  EXPECT_NE(::kill(std::stoi(read_text(path("b/pid"))), 0), 0);
}

TEST_F(Jobs, EndWithASignalToThisProgram) {
  // The job and what it started itself; the job does not heed SIGTERM at once.
  const Job job =
      shell("trap 'echo asked; exit 0' TERM; sleep 60 & echo $! > " + path("run/pid").string() + "; wait");
  try {
    run_jobs(std::span(&job, 1), {},
             {.ended = [](std::size_t, const JobEnd&) { FAIL(); },
              .ticked =
                  [&](std::span<const std::size_t>) {
                    if (fs::exists(path("run/pid")) && !fs::is_empty(path("run/pid"))) ::raise(SIGTERM);
                  }});
    FAIL();
  } catch (const Interrupted& stopped) {
    EXPECT_EQ(stopped.signal(), SIGTERM);
  }
  EXPECT_THAT(read_text(job.log), HasSubstr("asked"));
  const int inner = std::stoi(read_text(path("run/pid")));
  for (int i = 0; i < 100 && ::kill(inner, 0) == 0; ++i) ::usleep(10000);  // whoever reaps it
  std::string state = "gone";
  if (::kill(inner, 0) == 0) state = read_text("/proc/" + std::to_string(inner) + "/stat");
  EXPECT_TRUE(state == "gone" || state.find(") Z ") != std::string::npos) << state;
}

TEST_F(Jobs, HoldTheLockOfTheirFolder) {
  const Job job = shell("sleep 0.3");
  bool held = false;
  run_jobs(std::span(&job, 1), {},
           {.ended = [](std::size_t, const JobEnd&) {},
            .ticked =
                [&](std::span<const std::size_t> running) {
                  if (!running.empty()) held |= !FolderLock::take(path("run"));
                }});
  EXPECT_TRUE(held);
  EXPECT_TRUE(FolderLock::take(path("run")).has_value());
}

TEST_F(Jobs, WaitForAnEarlierProgramInTheirFolder) {
  fs::create_directories(path("run"));
  std::optional<FolderLock> lock = FolderLock::take(path("run"));
  ASSERT_TRUE(lock.has_value());
  const pid_t survivor = ::fork();  // it holds the lock too
  if (survivor == 0) {
    ::usleep(300000);
    ::_exit(0);
  }
  lock.reset();
  const auto start = std::chrono::steady_clock::now();
  EXPECT_TRUE(end_of(shell("exit 0")).success());
  EXPECT_GT(std::chrono::steady_clock::now() - start, std::chrono::milliseconds(250));
}

TEST(FolderLocks, AreTakenOnce) {
  const TemporaryFolder folder;
  const FolderLock lock = FolderLock::require(folder.path());
  EXPECT_FALSE(FolderLock::take(folder.path()).has_value());
  try {
    FolderLock::require(folder.path());
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::Usage);
    EXPECT_THAT(error.what(), HasSubstr("another giemsa is at work in " + folder.path().string()));
  }
}

TEST(TrainingJobs, BeginOrGoOn) {
  const TemporaryFolder folder;
  const Trainer trainer{"giemsa", {"train"}, "cells"};
  const Training training{folder.path() / "run", "recipe.toml", {"a=1", "b=2"}, 3};
  const std::string run = training.folder.string();
  EXPECT_THAT(training_job(trainer, training).arguments,
              ::testing::ElementsAre("train", "cells", "--no-calibrate", "--out", run, "--stop-after", "3",
                                     "--recipe", "recipe.toml", "--set", "a=1", "b=2"));
  fs::create_directories(training.folder);
  write_atomic(training.folder / "config.toml", std::string_view("\n"));
  EXPECT_THAT(training_job(trainer, training).arguments,
              ::testing::ElementsAre("train", "cells", "--no-calibrate", "--out", run, "--stop-after", "3",
                                     "--resume"));
}

}  // namespace
}  // namespace giemsa
