#include "giemsa/tune/search_figures.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <charconv>
#include <cmath>
#include <limits>
#include <optional>

#include "giemsa/core/csv.h"
#include "giemsa/page/drawing.h"
#include "giemsa/tune/metric_curve.h"

namespace giemsa {
namespace {

using page::kEosin;
using page::kText;
using page::kViolet;

constexpr double kNone = std::numeric_limits<double>::quiet_NaN();

std::string cell(double value) { return std::isfinite(value) ? shortest(value) : "nan"; }

/// Axes that all figures share. Names of metrics and options are giemsa's own words, safe in a script.
std::string axes(const std::string& x, const std::string& y) {
  return fmt::format(
      "set xtics nomirror\n"
      "set ytics nomirror\n"
      "set xlabel \"{1}\" textcolor rgb \"{0}\" noenhanced\n"
      "set ylabel \"{2}\" textcolor rgb \"{0}\" noenhanced\n",
      kText.hex(), x, y);
}

bool trained_in_full(const Search& search, const Trial& trial) {
  return trial.rung + 1 == static_cast<std::int64_t>(search.rungs.size()) &&
         trial.status != TrialStatus::Failed;
}

std::string order_data(const Search& search) {
  std::string csv = "trial,full,shorter,best\n";
  double best = kNone;
  for (std::size_t i = 0; i < search.trials.size(); ++i) {
    const Trial& trial = search.trials[i];
    const bool full = trained_in_full(search, trial);
    const bool failed = trial.status == TrialStatus::Failed;
    if (full && better(trial.figure, best, search.options.metric)) best = trial.figure;
    csv += fmt::format("{},{},{},{}\n", i, cell(full ? trial.figure : kNone),
                       cell(full || failed ? kNone : trial.figure), cell(best));
  }
  return csv;
}

bool has_shorter(const Search& search) {
  return std::ranges::any_of(search.trials, [&](const Trial& trial) {
    return trial.status == TrialStatus::Dropped && !std::isnan(trial.figure);
  });
}

/// One block of rows for each trial, the best of all last so that it is drawn above the others.
struct Curves {
  std::string data = "epoch,figure,best\n";
  std::size_t blocks = 0;
};

Curves curves_of(const Search& search) {
  const std::size_t best = ranked(search.trials, search.options.metric).front();
  std::vector<std::size_t> order;
  for (std::size_t i = 0; i < search.trials.size(); ++i) {
    if (i != best) order.push_back(i);
  }
  order.push_back(best);
  Curves curves;
  for (const std::size_t i : order) {
    const auto curve = metric_curve(search.run_folder(i) / "metrics.jsonl", search.options.metric);
    if (std::ranges::none_of(curve, [](double value) { return std::isfinite(value); })) continue;
    if (curves.blocks++ > 0) curves.data += "\n\n";
    for (std::size_t epoch = 0; epoch < curve.size(); ++epoch) {
      curves.data += fmt::format("{},{},{}\n", epoch + 1, cell(curve[epoch]), i == best ? 1 : 0);
    }
  }
  return curves;
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

/// Text from a space as it may stand in a script; anything else is shown by its number.
std::string tick_label(const std::string& choice, std::size_t number) {
  const bool plain = std::ranges::all_of(choice, [](unsigned char c) {
    return std::isalnum(c) || std::string_view("._-+,").find(static_cast<char>(c)) != std::string_view::npos;
  });
  return plain && choice.size() <= 20 ? choice : fmt::format("choice {}", number);
}

std::string option_script(const Search& search, std::size_t k, const std::string& name) {
  const SpaceEntry& entry = search.space[k];
  std::string script =
      page::script_head(name, name + ".csv", 480, 300) + axes(entry.key, search.options.metric);
  if (entry.kind == SpaceEntry::Kind::Log) {
    script += "set logscale x\nset format x \"%.0e\"\n";
  } else if (entry.kind == SpaceEntry::Kind::Choice) {
    script += "set xtics noenhanced (";
    for (std::size_t c = 0; c < entry.choices.size(); ++c) {
      script += fmt::format("{}\"{}\" {}", c > 0 ? ", " : "", tick_label(entry.choices[c], c + 1), c + 1);
    }
    script += fmt::format(")\nset xrange [0.5:{}]\n", static_cast<double>(entry.choices.size()) + 0.5);
  }
  return script + fmt::format(
                      "unset key\n"
                      "plot \"{0}.csv\" using 1:($3==0?$2:NaN) with points pt 6 ps 0.7 lc rgb \"{1}\", \\\n"
                      "  \"{0}.csv\" using 1:($3==1?$2:NaN) with points pt 7 ps 0.8 lc rgb \"{2}\"\n",
                      name, kText.hex(), kViolet.hex());
}

}  // namespace

std::string order_figure(const std::filesystem::path& folder, const Search& search) {
  std::string plot = fmt::format(
      "plot \"trials.csv\" using 1:4 title \"best so far\" with steps lw 2 lc rgb \"{}\", \\\n"
      "  \"trials.csv\" using 1:2 title \"trained in full\" with points pt 7 ps 0.8 lc rgb \"{}\"",
      kEosin.hex(), kViolet.hex());
  if (has_shorter(search)) {  // gnuplot refuses a column without numbers
    plot += fmt::format(
        ", \\\n  \"trials.csv\" using 1:3 title \"ended at a rung\" with points pt 6 ps 0.7 lc rgb \"{}\"",
        kText.hex());
  }
  return page::figure(
      folder,
      {.name = "trials",
       .script =
           page::script_head("trials", "trials.csv", 640, 320) + axes("trial", search.options.metric) +
           fmt::format("set key autotitle columnhead above right horizontal samplen 2 textcolor rgb \"{}\"\n"
                       "set xrange [-0.5:{}.5]\n{}\n",
                       kText.hex(), search.trials.size() - 1, plot),
       .data_name = "trials.csv",
       .data = order_data(search)},
      "The trials in their order", "The figure of every trial, and the best so far");
}

std::string curves_figure(const std::filesystem::path& folder, const Search& search) {
  const Curves curves = curves_of(search);
  if (curves.blocks == 0) return {};
  std::string script = page::script_head("curves", "curves.csv", 640, 360) +
                       axes("epoch", search.options.metric) + "unset key\n";
  for (std::size_t rung = 0; rung + 1 < search.rungs.size(); ++rung) {
    script += fmt::format("set arrow from {0},graph 0 to {0},graph 1 nohead lc rgb \"{1}\" lw 1.5 dt 3\n",
                          search.rungs[rung], kText.hex());
  }
  script += fmt::format(
      "plot for [i=0:{0}] \"curves.csv\" skip 1 index i using 1:2 with linespoints pt 7 ps 0.25 "
      "lw 1 lc rgb \"{1}\", \\\n"
      "  \"curves.csv\" skip 1 index {0} using 1:2 with linespoints pt 7 ps 0.4 lw 2.5 lc rgb \"{2}\"\n",
      curves.blocks - 1, kViolet.hex(), kEosin.hex());
  return page::figure(folder,
                      {.name = "curves", .script = script, .data_name = "curves.csv", .data = curves.data},
                      "Every trial over its epochs", "Validation curves of all trials");
}

std::string option_figures(const std::filesystem::path& folder, const Search& search) {
  std::string figures;
  for (std::size_t k = 0; k < search.space.size(); ++k) {
    const std::string name = fmt::format("option_{}", k + 1);
    std::string data;
    bool any = false;
    for (const Trial& trial : search.trials) {
      const auto place = place_of(search.space[k], trial.values[k]);
      if (!place || std::isnan(trial.figure) || trial.status == TrialStatus::Failed) continue;
      any = true;
      data +=
          fmt::format("{},{},{}\n", cell(*place), cell(trial.figure), trained_in_full(search, trial) ? 1 : 0);
    }
    if (!any) continue;
    figures += page::figure(
        folder,
        {.name = name, .script = option_script(search, k, name), .data_name = name + ".csv", .data = data},
        search.space[k].key, fmt::format("{} against {}", search.options.metric, search.space[k].key));
  }
  return figures.empty() ? figures : fmt::format("<div class=\"curves\">\n{}</div>\n", figures);
}

}  // namespace giemsa
