#include "giemsa/page/chart.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "giemsa/core/csv.h"
#include "giemsa/core/error.h"
#include "giemsa/core/text.h"

namespace giemsa::page {
namespace {

constexpr std::size_t kLongestText = 40;    ///< in a key or along an axis
constexpr std::size_t kLongestTick = 20;    ///< the same of one place on an axis
constexpr std::size_t kMostKeysInLine = 3;  ///< more of them stand beside the chart, below each other

/// As a string of gnuplot: between single quotes nothing but the quote itself has a meaning.
std::string quoted(const std::string& text, std::size_t most_bytes = kLongestText) {
  std::string result = "'";
  for (const char c : printable(text, most_bytes)) result += c == '\'' ? "''" : std::string(1, c);
  return result + "'";
}

bool has_number(const Series& series) {
  return std::ranges::any_of(series.y, [](double y) { return std::isfinite(y); });
}

std::string cell(double value) { return std::isfinite(value) ? shortest(value) : "nan"; }

/// The x of the longest series when those of all others are its beginning; none otherwise.
const std::vector<double>* shared_x(const std::vector<Series>& series) {
  const auto longest = std::ranges::max_element(series, {}, [](const Series& s) { return s.x.size(); });
  const bool all = std::ranges::all_of(series, [&](const Series& s) {
    return s.look != Look::Ranges && std::equal(s.x.begin(), s.x.end(), longest->x.begin());
  });
  return all ? &longest->x : nullptr;
}

/// How gnuplot finds the numbers of one series: what stands before its `using`, and its columns.
struct Place {
  std::string index, columns;
};

struct Data {
  std::string csv;
  std::vector<Place> places;  ///< [series]
};

Data as_columns(const Chart& chart, const std::vector<Series>& series, const std::vector<double>& x) {
  Data data;
  std::vector<std::string> row = {chart.x.label};
  for (const Series& s : series) {
    row.push_back(s.title);
    data.places.push_back({"", fmt::format("1:{}", row.size())});
  }
  append_csv_row(data.csv, row);
  for (std::size_t i = 0; i < x.size(); ++i) {
    row = {cell(x[i])};
    for (const Series& s : series) row.push_back(i < s.y.size() ? cell(s.y[i]) : "nan");
    append_csv_row(data.csv, row);
  }
  return data;
}

Data as_blocks(const std::vector<Series>& series) {
  Data data;
  const bool ranges = std::ranges::any_of(series, [](const Series& s) { return s.look == Look::Ranges; });
  data.csv = ranges ? "series,x,y,low,high\n" : "series,x,y\n";
  for (std::size_t k = 0; k < series.size(); ++k) {
    const Series& s = series[k];
    if (k > 0) data.csv += "\n\n";
    for (std::size_t i = 0; i < s.x.size(); ++i) {
      std::vector<std::string> row = {printable(s.title, kLongestText), cell(s.x[i]), cell(s.y[i])};
      if (s.look == Look::Ranges) row.insert(row.end(), {cell(s.low[i]), cell(s.high[i])});
      append_csv_row(data.csv, row);
    }
    data.places.push_back({fmt::format(" index {}", k), s.look == Look::Ranges ? "2:3:4:5" : "2:3"});
  }
  return data;
}

std::string style_of(const Series& s) {
  const std::string line = fmt::format("lw {} dt {}", s.width, s.dashes);
  switch (s.look) {
    case Look::Line:
      return "lines " + line;
    case Look::LinePoints:
      return fmt::format("linespoints {} pt 7 ps {}", line, s.size);
    case Look::Points:
      return fmt::format("points pt 7 ps {}", s.size);
    case Look::OpenPoints:
      return fmt::format("points pt 6 ps {}", s.size);
    case Look::Steps:
      return "steps " + line;
    case Look::StepsBack:
      return "fsteps " + line;
    case Look::Ranges:
      return fmt::format("yerrorbars lw {} pt 7 ps {}", s.width, s.size);
    case Look::Boxes:
      return "boxes fs solid noborder";
  }
  throw Error(ErrorKind::Internal, "[figure] a series without a look");
}

std::string range(const Axis& axis) {
  const auto end = [](double value) { return std::isfinite(value) ? shortest(value) : "*"; };
  return fmt::format("[{}:{}]", end(axis.low), end(axis.high));
}

/// Where ticks stand: at the given places, at every count when there are few, else where gnuplot likes them.
std::string ticks(const Axis& axis, double low, double high) {
  constexpr double kFew = 10;
  if (axis.ticks.empty()) return axis.whole && high - low <= kFew ? " 1" : "";
  std::vector<std::string> items;
  for (const auto& [at, text] : axis.ticks)
    items.push_back(fmt::format("{} {}", quoted(text, kLongestTick), shortest(at)));
  return fmt::format(" noenhanced ({})", join(items, ", "));
}

/// The least and the largest of all x or all y that are numbers.
std::pair<double, double> span_of(const std::vector<Series>& series, std::vector<double> Series::*values) {
  double low = std::numeric_limits<double>::infinity(), high = -low;
  for (const Series& s : series) {
    for (const double value : s.*values) {
      if (!std::isfinite(value)) continue;
      low = std::min(low, value);
      high = std::max(high, value);
    }
  }
  return {low, high};
}

std::string axis_commands(char letter, const Axis& axis, std::pair<double, double> span) {
  std::string text = fmt::format("set {}tics nomirror{}\n", letter, ticks(axis, span.first, span.second));
  if (!axis.label.empty()) {
    text += fmt::format("set {}label {} textcolor rgb \"{}\" noenhanced\n", letter, quoted(axis.label),
                        kText.hex());
  }
  if (axis.log) text += fmt::format("set logscale {}\n", letter);
  return text + fmt::format("set {}range {}\n", letter, range(axis));
}

std::string key_commands(KeyPlace place, std::size_t entries) {
  if (entries == 0) return "unset key\n";
  const char* words = place == KeyPlace::BottomLeft    ? "inside left bottom vertical Left reverse"
                      : place == KeyPlace::BottomRight ? "inside right bottom vertical"
                      : entries <= kMostKeysInLine     ? "above right horizontal"
                                                       : "outside right top vertical Left reverse";
  return fmt::format("set key {} noenhanced samplen 2 textcolor rgb \"{}\"\n", words, kText.hex());
}

std::string mark_command(const Mark& mark) {
  return fmt::format("set arrow from {0},graph 0 to {0},graph 1 nohead lc rgb \"{1}\" lw {2} dt {3}\n",
                     shortest(mark.x), mark.ink.hex(), mark.width, mark.dashes);
}

void check(const Chart& chart, const Series& s) {
  const bool ranges = s.look == Look::Ranges;
  require(
      s.x.size() == s.y.size() && (!ranges || (s.low.size() == s.y.size() && s.high.size() == s.y.size())),
      ErrorKind::Internal,
      fmt::format("[figure] {}: series '{}' has {} x, {} y, {} low and {} high", chart.name,
                  printable(s.title), s.x.size(), s.y.size(), s.low.size(), s.high.size()));
}

}  // namespace

bool has_numbers(const Chart& chart) { return std::ranges::any_of(chart.series, has_number); }

Figure chart_figure(const Chart& chart) {
  std::vector<Series> series;
  for (const Series& s : chart.series) {
    check(chart, s);
    if (has_number(s)) series.push_back(s);  // gnuplot refuses a column without numbers
  }
  require(!series.empty(), ErrorKind::Internal, fmt::format("[figure] {} has no number", chart.name));
  const std::vector<double>* x = shared_x(series);
  const Data data = x ? as_columns(chart, series, *x) : as_blocks(series);

  const std::string file = chart.name + ".csv";
  std::vector<std::string> plots;
  std::size_t entries = 0;
  for (std::size_t k = 0; k < series.size(); ++k) {
    const Series& s = series[k];
    const bool listed = s.in_key && !s.title.empty();
    entries += listed;
    plots.push_back(fmt::format("\"{}\" skip 1{} using {} {} with {} lc rgb \"{}\"", file,
                                data.places[k].index, data.places[k].columns,
                                listed ? "title " + quoted(s.title) : "notitle", style_of(s), s.ink.hex()));
  }
  std::string marks;
  for (const Mark& mark : chart.marks) {
    marks += mark_command(mark);
    if (mark.title.empty()) continue;
    ++entries;
    plots.push_back(fmt::format("NaN title {} with lines lw {} dt {} lc rgb \"{}\"", quoted(mark.title),
                                mark.width, mark.dashes, mark.ink.hex()));
  }
  std::string script = script_head(chart.name, file, chart.width, chart.height) +
                       key_commands(chart.key, entries) +
                       axis_commands('x', chart.x, span_of(series, &Series::x)) +
                       axis_commands('y', chart.y, span_of(series, &Series::y)) + marks;
  for (const Series& s : series) {
    if (s.look == Look::Boxes) script += fmt::format("set boxwidth {}\n", s.size);
  }
  script += fmt::format("plot \\\n  {}\n", join(plots, ", \\\n  "));
  return {.name = chart.name, .script = script, .data_name = file, .data = data.csv};
}

std::string draw(const std::filesystem::path& folder, const Chart& chart) {
  if (!has_numbers(chart)) return {};
  return figure(folder, chart_figure(chart), chart.caption,
                chart.label.empty() ? chart.caption : chart.label);
}

std::string side_by_side(const std::string& figures) {
  return figures.empty() ? figures : fmt::format("<div class=\"curves\">\n{}</div>\n", figures);
}

std::vector<std::size_t> thinned(std::size_t count, std::size_t most) {
  std::vector<std::size_t> kept;
  const std::size_t shown = std::min(count, most);
  for (std::size_t i = 0; i < shown; ++i) kept.push_back(shown == 1 ? 0 : i * (count - 1) / (shown - 1));
  return kept;
}

std::vector<double> counting(std::size_t count) {
  std::vector<double> numbers(count);
  for (std::size_t i = 0; i < count; ++i) numbers[i] = static_cast<double>(i + 1);
  return numbers;
}

}  // namespace giemsa::page
