#include "giemsa/tune/search_figures.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <optional>

#include "giemsa/page/epoch_chart.h"
#include "giemsa/tune/metric_curve.h"

namespace giemsa {
namespace {

using page::kEosin;
using page::kNone;
using page::kText;
using page::kViolet;

bool trained_in_full(const Search& search, const Trial& trial) {
  return trial.rung + 1 == static_cast<std::int64_t>(search.rungs.size()) &&
         trial.status != TrialStatus::Failed;
}

std::optional<double> as_number(const std::string& text) {
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return value;
}

/// Where a value of the option stands on its axis; choices by their place in the list.
std::optional<double> place_of(const SpaceEntry& entry, const std::string& value) {
  if (entry.kind != SpaceEntry::Kind::Choice) return as_number(value);
  const auto found = std::ranges::find(entry.choices, value);
  if (found == entry.choices.end()) return std::nullopt;  // the recipe's own, which is none of the choices
  return static_cast<double>(found - entry.choices.begin() + 1);
}

/// The axis of an option's values.
page::Axis axis_of(const SpaceEntry& entry) {
  page::Axis axis{.label = entry.key, .log = entry.kind == SpaceEntry::Kind::Log};
  if (entry.kind != SpaceEntry::Kind::Choice) return axis;
  axis.low = 0.5;
  axis.high = static_cast<double>(entry.choices.size()) + 0.5;
  for (std::size_t c = 0; c < entry.choices.size(); ++c)
    axis.ticks.emplace_back(static_cast<double>(c + 1), entry.choices[c]);
  return axis;
}

page::Series points(const char* title, page::Look look) {
  const bool open = look == page::Look::OpenPoints;
  return {.title = title, .look = look, .ink = open ? kText : kViolet, .size = open ? 0.7 : 0.8};
}

void add(page::Series& series, double x, double y) {
  series.x.push_back(x);
  series.y.push_back(y);
}

}  // namespace

std::string order_figure(const std::filesystem::path& folder, const Search& search) {
  page::Series best{.title = "best so far", .look = page::Look::Steps, .ink = kEosin};
  page::Series full = points("trained in full", page::Look::Points);
  page::Series shorter = points("ended at a rung", page::Look::OpenPoints);
  double best_figure = kNone;
  for (std::size_t i = 0; i < search.trials.size(); ++i) {
    const Trial& trial = search.trials[i];
    const bool in_full = trained_in_full(search, trial), failed = trial.status == TrialStatus::Failed;
    if (in_full && better(trial.figure, best_figure, search.options.metric)) best_figure = trial.figure;
    const auto number = static_cast<double>(i);
    add(best, number, best_figure);
    add(full, number, in_full ? trial.figure : kNone);
    add(shorter, number, in_full || failed ? kNone : trial.figure);
  }
  return page::draw(folder, {.name = "trials",
                             .caption = "The trials in their order",
                             .label = "The figure of every trial, and the best so far",
                             .x = {.label = "trial",
                                   .low = -0.5,
                                   .high = static_cast<double>(search.trials.size()) - 0.5,
                                   .whole = true},
                             .y = {.label = search.options.metric},
                             .series = {best, full, shorter},
                             .width = 640,
                             .height = 320});
}

std::string curves_figure(const std::filesystem::path& folder, const Search& search) {
  const std::size_t best = ranked(search.trials, search.options.metric).front();
  std::vector<page::Series> lines;
  const auto add_line = [&](std::size_t trial, const page::Ink& ink, double width, double size) {
    page::Series line =
        page::epoch_series(fmt::format("trial {}", trial), ink,
                           metric_curve(search.run_folder(trial) / "metrics.jsonl", search.options.metric));
    line.width = width;
    line.size = size;
    line.in_key = false;
    lines.push_back(std::move(line));
  };
  for (std::size_t i = 0; i < search.trials.size(); ++i) {
    if (i != best) add_line(i, kViolet, 1, 0.25);
  }
  add_line(best, kEosin, 2.5, 0.4);  // the last, so that it is drawn above the others
  page::Chart chart = page::epoch_chart("curves", "Every trial over its epochs", std::move(lines));
  chart.label = "Validation curves of all trials";
  chart.y.label = search.options.metric;
  chart.width = 640;
  chart.height = 360;
  for (std::size_t rung = 0; rung + 1 < search.rungs.size(); ++rung)
    chart.marks.push_back({.x = static_cast<double>(search.rungs[rung])});
  return page::draw(folder, chart);
}

std::string option_figures(const std::filesystem::path& folder, const Search& search) {
  std::string figures;
  for (std::size_t k = 0; k < search.space.size(); ++k) {
    page::Series full = points("trained in full", page::Look::Points);
    page::Series shorter = points("ended at a rung", page::Look::OpenPoints);
    for (const Trial& trial : search.trials) {
      const auto place = place_of(search.space[k], trial.values[k]);
      if (!place || std::isnan(trial.figure) || trial.status == TrialStatus::Failed) continue;
      add(trained_in_full(search, trial) ? full : shorter, *place, trial.figure);
    }
    full.in_key = shorter.in_key = false;
    figures +=
        page::draw(folder, {.name = fmt::format("option_{}", k + 1),
                            .caption = search.space[k].key,
                            .label = fmt::format("{} against {}", search.options.metric, search.space[k].key),
                            .x = axis_of(search.space[k]),
                            .y = {.label = search.options.metric},
                            .series = {shorter, full}});
  }
  return page::side_by_side(figures);
}

}  // namespace giemsa
