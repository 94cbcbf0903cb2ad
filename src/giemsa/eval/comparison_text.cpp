#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "giemsa/core/text.h"
#include "giemsa/eval/comparison.h"
#include "giemsa/page/parts.h"
#include "giemsa/page/table.h"

namespace giemsa {
namespace {

using page::kUndefined;

constexpr std::size_t kLongestName = 300, kLongestText = 1 << 16;

struct Column {
  const char* head;
  double ClassScores::*value;
  Interval ClassFigures<Interval>::*interval;
};

/// Of an average; before them stands the accuracy.
constexpr std::array kColumns{
    Column{"precision", &ClassScores::precision, &ClassFigures<Interval>::precision},
    Column{"recall", &ClassScores::recall, &ClassFigures<Interval>::recall},
    Column{"F1", &ClassScores::f1, &ClassFigures<Interval>::f1},
    Column{"ROC AUC", &ClassScores::roc_auc, &ClassFigures<Interval>::roc_auc},
};

/// Of every set in turn, in one cell; per cent.
struct Cell {
  std::string values, intervals;
};

std::string interval_text(const Interval& interval) {
  return std::isnan(interval.low) ? kUndefined
                                  : fmt::format("{:.2f}–{:.2f}", 100 * interval.low, 100 * interval.high);
}

/// figure(evaluation) → a value and its interval.
template <class Figure>
Cell cell(const std::vector<std::optional<Evaluation>>& sets, Figure figure) {
  std::vector<std::string> values, intervals;
  for (const auto& evaluation : sets) {
    const auto [value, interval] = evaluation ? figure(*evaluation) : std::pair(std::nan(""), Interval{});
    values.push_back(page::per_cent_digits(value));
    intervals.push_back(interval_text(interval));
  }
  const bool any = std::ranges::any_of(intervals, [](const auto& text) { return text != kUndefined; });
  return {join(values, " / "), any ? join(intervals, " / ") : ""};
}

std::vector<Cell> cells_of(const std::vector<std::optional<Evaluation>>& sets, ComparedAverage which) {
  std::vector<Cell> cells{
      cell(sets, [](const Evaluation& e) { return std::pair(e.accuracy, e.interval.accuracy); })};
  for (const Column& column : kColumns) {
    cells.push_back(cell(sets, [&](const Evaluation& e) {
      const ClassScores& average = which == ComparedAverage::Macro ? e.macro : e.weighted;
      return std::pair(average.*column.value, average.interval.*column.interval);
    }));
  }
  return cells;
}

std::vector<std::string> figure_heads() {
  std::vector<std::string> heads{"model", "accuracy"};
  for (const Column& column : kColumns) heads.emplace_back(column.head);
  return heads;
}

std::string p_text(double p) {
  return std::isnan(p) ? kUndefined : p < 0.0001 ? "< 0.0001" : fmt::format("{:.4f}", p);
}

/// "+0.51 (-0.22 to 1.25), p 0.1734"; per cent.
std::string difference_text(const PairedDifference& d) {
  if (std::isnan(d.difference)) return kUndefined;
  const std::string value = fmt::format("{:+.2f}", 100 * d.difference);
  if (std::isnan(d.interval.low)) return value;
  return fmt::format("{} ({:.2f} to {:.2f}), p {}", value, 100 * d.interval.low, 100 * d.interval.high,
                     p_text(d.p));
}

std::vector<std::string> pair_heads() {
  return {"set",         "first",    "second",  "pictures", "only first right", "only second right",
          "McNemar's p", "accuracy", "macro F1"};
}

std::vector<std::string> pair_row(const PairedComparison& pair) {
  return {pair.set,
          pair.first,
          pair.second,
          with_thousands(pair.pictures),
          with_thousands(pair.mcnemar.only_first),
          with_thousands(pair.mcnemar.only_second),
          pair.pictures == 0 ? kUndefined : p_text(pair.mcnemar.p),
          difference_text(pair.accuracy),
          difference_text(pair.macro_f1)};
}

/// What the cells of the first table hold.
std::string figures_caption(const Comparison& c, ComparedAverage average) {
  std::string text =
      fmt::format("{} averages in per cent.", average == ComparedAverage::Macro ? "Macro" : "Weighted");
  if (c.bootstrap.resamples > 0) {
    text += fmt::format(" {:.4g} % intervals by {} resamples, stratified by class.", 100 * c.bootstrap.level,
                        with_thousands(c.bootstrap.resamples));
  }
  return fmt::format("{} {}: {}.", text, c.sets.size() > 1 ? "Side by side" : "Pictures",
                     join(c.sets, " / "));
}

std::string pairs_caption() {
  return fmt::format(
      "The same pictures named by two models: how many only one of them named rightly, McNemar's test "
      "(binomial "
      "below {} such pictures, else chi-square with continuity correction), and the second's accuracy and "
      "macro F1 "
      "minus the first's in per cent, by paired bootstrap.",
      kMcNemarExactBelow);
}

/// Columns as wide as their longest text, the first `words` ones to the left. Texts are printable.
std::string aligned(const std::vector<std::vector<std::string>>& lines, std::size_t words) {
  const auto width = [](const std::string& text) {  // of UTF-8, one a character
    return static_cast<std::size_t>(std::ranges::count_if(text, [](char ch) { return (ch & 0xC0) != 0x80; }));
  };
  std::vector<std::size_t> widths(lines.front().size());
  for (const auto& line : lines) {
    for (std::size_t i = 0; i < line.size(); ++i) widths[i] = std::max(widths[i], width(line[i]));
  }
  std::string text;
  for (const auto& line : lines) {
    std::string row;
    for (std::size_t i = 0; i < line.size(); ++i) {
      const std::string space(widths[i] - width(line[i]), ' ');
      row +=
          fmt::format("{}{}{}", i > 0 ? "  " : "", i < words ? line[i] : space, i < words ? space : line[i]);
    }
    row.erase(row.find_last_not_of(' ') + 1);
    text += row + "\n";
  }
  return text;
}

}  // namespace

std::string comparison_text(const Comparison& c, ComparedAverage average) {
  std::vector<std::vector<std::string>> lines{figure_heads()};
  for (std::size_t m = 0; m < c.models.size(); ++m) {
    std::vector<std::string> values{printable(c.models[m], kLongestName)}, intervals{""};
    for (const Cell& of_figure : cells_of(c.figures[m], average)) {
      values.push_back(of_figure.values);
      intervals.push_back(of_figure.intervals);
    }
    lines.push_back(values);
    if (std::ranges::any_of(intervals, [](const auto& text) { return !text.empty(); }))
      lines.push_back(intervals);
  }
  std::string text =
      fmt::format("{}\n\n{}", printable(figures_caption(c, average), kLongestText), aligned(lines, 1));
  if (!c.pairs.empty()) {
    lines = {pair_heads()};
    for (const PairedComparison& pair : c.pairs) {
      lines.push_back(pair_row(pair));
      for (std::string& field : lines.back()) field = printable(field, kLongestName);
    }
    text += fmt::format("\n{}\n\n{}", pairs_caption(), aligned(lines, 3));
  }
  for (const std::string& note : c.notes) text += fmt::format("\n{}\n", printable(note, kLongestText));
  return text;
}

std::string comparison_markdown(const Comparison& c, ComparedAverage average) {
  page::Table figures{.heads = figure_heads(), .rows = {}};
  for (std::size_t m = 0; m < c.models.size(); ++m) {
    auto& row = figures.rows.emplace_back(1, c.models[m]);
    for (const Cell& of_figure : cells_of(c.figures[m], average))
      row.push_back(page::with_below(of_figure.values, of_figure.intervals));
  }
  std::string text =
      fmt::format("{}\n\n{}", page::as_markdown(figures_caption(c, average)), figures.markdown());
  if (!c.pairs.empty()) {
    page::Table pairs{.heads = pair_heads(), .rows = {}};
    pairs.words = {1, 2};
    for (const PairedComparison& pair : c.pairs) pairs.rows.push_back(pair_row(pair));
    text += fmt::format("\n{}\n\n{}", page::as_markdown(pairs_caption()), pairs.markdown());
  }
  for (const std::string& note : c.notes) text += fmt::format("\n{}\n", page::as_markdown(note));
  return text;
}

}  // namespace giemsa
