#include "giemsa/core/progress.h"

#include <fmt/format.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <string_view>

#include "giemsa/core/progress_line.h"

namespace giemsa {
namespace {

constexpr std::chrono::milliseconds kTerminalPeriod{100};
constexpr std::chrono::seconds kPlainPeriod{10};

bool stderr_redraws() {
  const char* term = std::getenv("TERM");
  return ::isatty(STDERR_FILENO) == 1 && term && std::string_view(term) != "dumb";
}

std::size_t terminal_columns() {
  winsize size = {};
  return ::ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0 ? size.ws_col : 80;
}

}  // namespace

ProgressBar::ProgressBar(std::string title, std::string unit)
    : title_(std::move(title)), unit_(std::move(unit)), terminal_(stderr_redraws()) {}

ProgressBar::~ProgressBar() {
  try {
    finish();
  } catch (...) {  // out of memory while drawing: nothing worth ending the program for
  }
}

void ProgressBar::update(std::uint64_t done, std::uint64_t total, const std::string& note) {
  const std::lock_guard lock(mutex_);
  if (finished_) return;
  const auto now = std::chrono::steady_clock::now();
  if (!begun_) {
    begun_ = true;
    started_ = now;
    first_ = done;
    if (!terminal_) drawn_ = now;  // elsewhere the first ten seconds pass in silence
  }
  // Calls of several threads overtake each other; the bar never goes back.
  done_ = total == total_ ? std::max(done, done_) : done;
  total_ = total;
  note_ = note;
  if (now - drawn_ < (terminal_ ? std::chrono::nanoseconds(kTerminalPeriod) : kPlainPeriod)) return;
  drawn_ = now;
  draw(false);
}

ProgressCallback ProgressBar::callback() {
  return [this](std::uint64_t done, std::uint64_t total) { update(done, total); };
}

void ProgressBar::finish() {
  const std::lock_guard lock(mutex_);
  if (finished_) return;
  finished_ = true;
  if (begun_) draw(true);
}

void ProgressBar::draw(bool last) {
  const std::chrono::duration<double> elapsed = std::chrono::steady_clock::now() - started_;
  const std::string line = progress_line({.title = title_,
                                          .unit = unit_,
                                          .note = note_,
                                          .done = done_,
                                          .total = total_,
                                          .first = first_,
                                          .elapsed_s = elapsed.count(),
                                          .last = last});
  // Written with fputs, which does not throw: a full log is no reason to stop the work that it tells of.
  if (!terminal_) {
    std::fputs((line + "\n").c_str(), stderr);
    return;
  }
  constexpr int kCells = 24;
  const std::string cells = last ? std::string{} : progress_cells(done_, total_, kCells);
  // One column stays free: a full last column makes terminals wrap.
  const std::string shown = fit_columns(cells + line, terminal_columns() - 1);
  std::fputs(fmt::format("\r\x1b[K{}{}", shown, last ? "\n" : "").c_str(), stderr);
  std::fflush(stderr);
}

}  // namespace giemsa
