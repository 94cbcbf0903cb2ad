#include "giemsa/core/progress.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <pty.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <thread>
#include <vector>

#include "giemsa/core/progress_line.h"

namespace giemsa {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::MatchesRegex;
using ::testing::Not;
using ::testing::StartsWith;

TEST(ProgressLine, TellsRateAndTimeLeft) {
  struct Case {
    ProgressState state;
    const char* line;
  };
  const std::vector<Case> cases = {
      {{.title = "Decode", .unit = "images", .note = "", .done = 0, .total = 500},
       "Decode: 0/500 images (0%)"},
      {{.title = "Decode", .unit = "images", .note = "", .done = 1250, .total = 5000, .elapsed_s = 10},
       "Decode: 1,250/5,000 images (25%), 125/s, 0:30 left"},
      {{.title = "Train", .unit = "batches", .note = "loss 0.31", .done = 3, .total = 12, .elapsed_s = 6},
       "Train: 3/12 batches (25%), 0.50/s, 0:18 left, loss 0.31"},
      // A resumed run: the 900 that were there before do not count for the rate.
      {{.title = "Hash",
        .unit = "images",
        .note = "",
        .done = 950,
        .total = 1000,
        .first = 900,
        .elapsed_s = 5},
       "Hash: 950/1,000 images (95%), 10.0/s, 0:05 left"},
      {{.title = "Scan", .unit = "files", .note = "", .done = 2000, .total = 0, .elapsed_s = 1},
       "Scan: 2,000 files, 2,000/s"},
      {{.title = "Decode", .unit = "images", .note = "", .done = 999, .total = 1000, .elapsed_s = 0},
       "Decode: 999/1,000 images (99%)"},
      {{.title = "Decode",
        .unit = "images",
        .note = "",
        .done = 1000,
        .total = 1000,
        .elapsed_s = 80,
        .last = true},
       "Decode: 1,000/1,000 images (100%), 12.5/s, took 1:20"},
  };
  for (const auto& [state, line] : cases) EXPECT_EQ(progress_line(state), line);
}

TEST(ProgressCells, FillUp) {
  EXPECT_EQ(progress_cells(0, 10, 10), "[>         ] ");
  EXPECT_EQ(progress_cells(5, 10, 10), "[=====>    ] ");
  EXPECT_EQ(progress_cells(10, 10, 10), "[==========] ");
  EXPECT_EQ(progress_cells(11, 10, 10), "[==========] ");
  EXPECT_EQ(progress_cells(3, 0, 10), "");
}

TEST(FitColumns, CutsBetweenCharacters) {
  EXPECT_EQ(fit_columns("abc", 5), "abc");
  EXPECT_EQ(fit_columns("abc", 3), "abc");
  EXPECT_EQ(fit_columns("abc", 2), "ab");
  EXPECT_EQ(fit_columns("µmx", 1), "µ");
  EXPECT_EQ(fit_columns("µmx", 2), "µm");
  EXPECT_EQ(fit_columns("abc", 0), "");
}

TEST(ProgressBar, WritesPlainLinesWhereNoTerminalIs) {
  ::testing::internal::CaptureStderr();
  {
    ProgressBar bar("Decode");
    for (int i = 0; i <= 1000; ++i) bar.update(static_cast<std::uint64_t>(i), 1000, "note");
    bar.finish();
    bar.finish();            // once is enough
    bar.update(1000, 1000);  // too late
  }
  // Under ten seconds: the last line only.
  EXPECT_THAT(::testing::internal::GetCapturedStderr(),
              MatchesRegex("Decode: 1,000/1,000 images \\(100%\\), [0-9,]+/s, took 0:00, note\n"));
}

TEST(ProgressBar, SaysNothingOfWorkThatNeverBegan) {
  ::testing::internal::CaptureStderr();
  { ProgressBar bar("Decode"); }
  EXPECT_EQ(::testing::internal::GetCapturedStderr(), "");
}

TEST(ProgressBar, NeverGoesBackWhenThreadsOvertakeEachOther) {
  ::testing::internal::CaptureStderr();
  {
    ProgressBar bar("Decode");
    const ProgressCallback callback = bar.callback();
    std::vector<std::jthread> threads;
    for (std::uint64_t t = 0; t < 4; ++t) {
      threads.emplace_back([&, t] {
        for (std::uint64_t i = t; i <= 400; i += 4) callback(400 - i, 400);
      });
    }
  }
  EXPECT_THAT(::testing::internal::GetCapturedStderr(), StartsWith("Decode: 400/400 images"));
}

/// Runs `work` with stderr on a terminal of 50 columns; returns what it showed.
template <class Work>
std::string shown_on_terminal(Work work) {
  int master = -1, slave = -1;
  const winsize size{.ws_row = 24, .ws_col = 50, .ws_xpixel = 0, .ws_ypixel = 0};
  if (::openpty(&master, &slave, nullptr, nullptr, &size) != 0) return "no terminal";
  const int saved = ::dup(STDERR_FILENO);
  ::dup2(slave, STDERR_FILENO);
  ::setenv("TERM", "xterm", 1);
  work();
  ::dup2(saved, STDERR_FILENO);
  ::close(saved);
  // What was written arrives in pieces, and on a busy machine late.
  std::string text;
  std::array<char, 4096> piece;
  pollfd arrived{.fd = master, .events = POLLIN, .revents = 0};
  while (::poll(&arrived, 1, /*ms*/ 500) > 0) {
    const ssize_t count = ::read(master, piece.data(), piece.size());
    if (count <= 0) break;
    text.append(piece.data(), static_cast<std::size_t>(count));
  }
  ::close(slave);
  ::close(master);
  return text;
}

TEST(ProgressBar, RedrawsOneLineOnATerminal) {
  const std::string text = shown_on_terminal([] {
    ProgressBar bar("Decode");
    for (int i = 0; i <= 10'000; ++i)
      bar.update(static_cast<std::uint64_t>(i), 10'000, "a note far too long to fit");
  });
  EXPECT_THAT(text, StartsWith("\r\x1b[K[>                       ] Decode: 0/10,000 imag"));
  EXPECT_THAT(text,
              AllOf(HasSubstr("\r\x1b[KDecode: 10,000/10,000 images (100%)"), Not(HasSubstr("to fit"))));
  EXPECT_LT(std::count(text.begin(), text.end(), '\x1b'), 20);  // ten a second, however many calls
  EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 1);
  EXPECT_EQ(text.back(), '\n');
}

}  // namespace
}  // namespace giemsa
