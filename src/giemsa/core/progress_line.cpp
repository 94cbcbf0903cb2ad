#include "giemsa/core/progress_line.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "giemsa/core/text.h"

namespace giemsa {
namespace {

double done_frac(std::uint64_t done, std::uint64_t total) {
  return std::min(1.0, static_cast<double>(done) / static_cast<double>(total));
}

std::string thousands(std::uint64_t value) { return with_thousands(static_cast<long long>(value)); }

std::string format_rate(double per_s) {
  if (per_s >= 100) return with_thousands(std::llround(per_s)) + "/s";
  return fmt::format("{:.{}f}/s", per_s, per_s >= 10 ? 1 : 2);
}

}  // namespace

std::string progress_line(const ProgressState& state) {
  std::string line = fmt::format("{}: {}", state.title, thousands(state.done));
  if (state.total > 0) line += fmt::format("/{}", thousands(state.total));
  line += fmt::format(" {}", state.unit);
  // Rounded down, so that 100% means done.
  if (state.total > 0)
    line += fmt::format(" ({}%)", static_cast<int>(100 * done_frac(state.done, state.total)));

  const double moved = state.done > state.first ? static_cast<double>(state.done - state.first) : 0.0;
  const double per_s = state.elapsed_s > 0 ? moved / state.elapsed_s : 0.0;
  if (per_s > 0) line += fmt::format(", {}", format_rate(per_s));
  if (state.last) {
    line += fmt::format(", took {}", format_duration(state.elapsed_s));
  } else if (per_s > 0 && state.total > state.done) {
    line += fmt::format(", {} left", format_duration(static_cast<double>(state.total - state.done) / per_s));
  }
  if (!state.note.empty()) line += fmt::format(", {}", state.note);
  return line;
}

std::string progress_cells(std::uint64_t done, std::uint64_t total, int width) {
  if (total == 0) return {};
  const int full = static_cast<int>(done_frac(done, total) * width);
  std::string cells(static_cast<std::size_t>(full), '=');
  if (full < width) cells += '>';
  return fmt::format("[{:<{}}] ", cells, width);
}

std::string fit_columns(const std::string& text, std::size_t columns) {
  std::size_t used = 0, at = 0;
  while (at < text.size()) {
    std::size_t end = at + 1;
    while (end < text.size() && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) ++end;
    if (++used > columns) break;
    at = end;
  }
  return text.substr(0, at);
}

}  // namespace giemsa
