#include "giemsa/cli/run_follower.h"

#include <fmt/format.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <string_view>
#include <thread>

#include "giemsa/core/error.h"
#include "giemsa/core/text.h"
#include "giemsa/runs/live_view.h"

namespace giemsa {

namespace fs = std::filesystem;

namespace {

constexpr std::chrono::seconds kPeriod{1};

/// Draws a view over the last one. The cursor always stands below it, so that a program that is ended by
/// Ctrl-C leaves the terminal as it should be.
class Redrawn {
 public:
  void show(const TrainingRun& run) {
    winsize size = {};
    if (::ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_col < 2 || size.ws_row < 2)
      size = {.ws_row = 24, .ws_col = 80, .ws_xpixel = 0, .ws_ypixel = 0};
    // A full last column makes terminals wrap; the last line is the cursor's.
    const auto lines = live_view(run, since_last_epoch(run), size.ws_col - 1u, size.ws_row - 1u);
    std::string text = drawn_ > 0 ? fmt::format("\x1b[{}F", drawn_) : "";
    for (const std::string& line : lines) text += fmt::format("{}\x1b[K\n", line);
    text += "\x1b[J";
    std::fputs(text.c_str(), stdout);
    drawn_ = lines.size();
  }

 private:
  /// Seconds; 0 before the first epoch.
  static double since_last_epoch(const TrainingRun& run) {
    std::error_code error;
    const auto written = fs::last_write_time(run.folder / "metrics.jsonl", error);
    if (error) return 0;
    return std::max(0.0, std::chrono::duration<double>(fs::file_time_type::clock::now() - written).count());
  }

  std::size_t drawn_ = 0;  ///< lines
};

/// A line for each epoch that has not had one.
class Lines {
 public:
  void show(const TrainingRun& run) {
    for (; told_ < run.epochs.size(); ++told_)
      std::fputs((epoch_line(run, run.epochs[told_]) + "\n").c_str(), stdout);
  }

 private:
  std::size_t told_ = 0;
};

template <class View>
void follow(const fs::path& folder, View view) {
  for (;;) {
    const TrainingRun run = open_run(folder);
    require(run.problems.empty(), ErrorKind::Data,
            run.problems.empty()
                ? ""
                : fmt::format("[runs] {}: {}", printable(folder.string(), 300), run.problems.front()));
    view.show(run);
    // Nobody reads on: run_program tells why.
    if (std::fflush(stdout) != 0 || run.state() != RunState::Unfinished) return;
    std::this_thread::sleep_for(kPeriod);
  }
}

bool stdout_redraws() {
  const char* term = std::getenv("TERM");
  return ::isatty(STDOUT_FILENO) == 1 && term && std::string_view(term) != "dumb";
}

}  // namespace

void follow_run(const fs::path& folder) {
  if (stdout_redraws()) {
    follow(folder, Redrawn());
  } else {
    follow(folder, Lines());
  }
}

}  // namespace giemsa
