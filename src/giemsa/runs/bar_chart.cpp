#include "giemsa/runs/bar_chart.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace giemsa {
namespace {

constexpr const char* kEighths[] = {" ", "▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"};
constexpr int kSteps = 8;

/// Of the numbers among the values; NaN when there is none.
double mean(std::span<const double> values) {
  double sum = 0;
  int count = 0;
  for (const double value : values) {
    if (!std::isfinite(value)) continue;
    sum += value;
    ++count;
  }
  return count > 0 ? sum / count : std::numeric_limits<double>::quiet_NaN();
}

/// What each column shows; NaN: nothing.
std::vector<double> gather(std::span<const double> values, std::size_t total, std::size_t columns) {
  std::vector<double> shown;
  for (std::size_t c = 0; c < columns; ++c) {
    const std::size_t begin = std::min(c * total / columns, values.size());
    const std::size_t end = std::min(std::max((c + 1) * total / columns, begin + 1), values.size());
    shown.push_back(mean(values.subspan(begin, end - begin)));
  }
  return shown;
}

}  // namespace

std::vector<std::string> bar_chart(std::span<const double> values, std::size_t total, std::size_t columns,
                                   std::size_t rows) {
  const std::vector<double> shown = gather(values, std::max(total, values.size()), columns);
  double low = std::numeric_limits<double>::infinity(), high = -low;
  for (const double value : shown) {
    if (!std::isfinite(value)) continue;
    low = std::min(low, value);
    high = std::max(high, value);
  }
  std::vector<std::string> lines(rows);
  for (const double value : shown) {
    int eighths = 0;
    if (std::isfinite(value)) {
      const double frac = high > low ? (value - low) / (high - low) : 0;
      eighths = 1 + static_cast<int>(std::lround(frac * static_cast<double>(kSteps * rows - 1)));
    }
    for (std::size_t row = 0; row < rows; ++row) {
      const int below = kSteps * static_cast<int>(rows - 1 - row);
      lines[row] += kEighths[std::clamp(eighths - below, 0, kSteps)];
    }
  }
  return lines;
}

}  // namespace giemsa
