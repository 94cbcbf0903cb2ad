#include "giemsa/page/epoch_chart.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace giemsa::page {

Series epoch_series(std::string title, const Ink& ink, std::vector<double> values) {
  std::vector<double> epochs = counting(values.size());
  return {.title = std::move(title), .x = std::move(epochs), .y = std::move(values), .ink = ink};
}

Chart epoch_chart(std::string name, std::string caption, std::vector<Series> series,
                  const EpochMarks& marks) {
  double first = 1, last = 1;
  if (!series.empty() && !series.front().x.empty()) first = last = series.front().x.front();
  for (const Series& s : series) {
    for (const double epoch : s.x) {
      first = std::min(first, epoch);
      last = std::max(last, epoch);
    }
  }
  Chart chart{.name = std::move(name),
              .caption = std::move(caption),
              .label = {},
              .x = {.label = "epoch", .low = first - 0.5, .high = last + 0.5, .whole = true},
              .y = {},
              .series = std::move(series)};
  chart.label = fmt::format("{} over the epochs", chart.caption);
  for (const std::int64_t begin : marks.begins)
    chart.marks.push_back({.x = static_cast<double>(begin) - 0.5, .dashes = 1, .width = 0.75});
  if (marks.kept > 0) chart.marks.push_back({.x = static_cast<double>(marks.kept)});
  return chart;
}

bool wants_log(const Chart& chart) {
  constexpr double kWideRange = 20;
  double low = std::numeric_limits<double>::infinity(), high = 0;
  for (const Series& s : chart.series) {
    for (const double value : s.y) {
      if (!std::isfinite(value)) continue;
      low = std::min(low, value);
      high = std::max(high, value);
    }
  }
  return low > 0 && high > kWideRange * low;
}

}  // namespace giemsa::page
