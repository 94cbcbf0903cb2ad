#include "giemsa/tune/search_report.h"

#include <fmt/format.h>

#include <algorithm>

#include "giemsa/core/file.h"
#include "giemsa/core/text.h"
#include "giemsa/page/page.h"
#include "giemsa/page/parts.h"
#include "giemsa/page/table.h"
#include "giemsa/tune/metric_curve.h"
#include "giemsa/tune/search_figures.h"

namespace giemsa {
namespace {

using page::counted;

constexpr std::size_t kMostRows = 10;

constexpr char kOrder[] = R"({}<p class="note">The validation {} of each trial: the best of its epochs.
Trial 0 is the recipe itself.{}</p>
)";
constexpr char kCurves[] = R"({}<p class="note">One line a trial, the best in the other colour.{}</p>
)";
constexpr char kOptions[] =
    R"({}<p class="note">One point a trial; full points were trained to the end, open ones
ended at a rung. A value of the recipe that is none of the choices is left out.</p>
)";
constexpr char kBest[] = R"({}<p class="note">best.toml is the recipe of the first; trials.csv lists all.</p>
)";

std::string best_table(const Search& search, const std::vector<std::size_t>& order) {
  page::Table table{.heads = {"Trial", search.options.metric, "Epochs"}, .rows = {}};
  for (const SpaceEntry& entry : search.space) table.heads.push_back(entry.key);
  for (std::size_t rank = 0; rank < std::min(kMostRows, order.size()); ++rank) {
    const Trial& trial = search.trials[order[rank]];
    std::vector<std::string> row = {fmt::format("{}{}", order[rank], order[rank] == 0 ? " (the recipe)" : ""),
                                    page::number(trial.figure), std::to_string(trial.epochs)};
    row.insert(row.end(), trial.values.begin(), trial.values.end());
    table.rows.push_back(std::move(row));
  }
  return fmt::format(kBest, table.html());
}

std::string failures(const Search& search) {
  page::Table table{.heads = {"Trial", "Reason"}, .rows = {}, .words = {1}};
  for (std::size_t i = 0; i < search.trials.size(); ++i) {
    if (search.trials[i].status == TrialStatus::Failed)
      table.rows.push_back({std::to_string(i), search.trials[i].reason});
  }
  return table.html();
}

std::string summary(const Search& search, std::size_t best) {
  const Trial& trial = search.trials[best];
  const Trial& own = search.trials.front();
  std::string text = fmt::format("Of {}, the best reached a validation {} of <b>{}</b>",
                                 counted(static_cast<std::int64_t>(search.trials.size()), "trial", "trials"),
                                 escape_html(search.options.metric), page::number(trial.figure));
  if (best == 0) return text + ": it is the recipe itself.";
  if (own.status == TrialStatus::Failed) return text + "; the recipe itself failed.";
  return text + fmt::format("; the recipe itself <b>{}</b>.", page::number(own.figure));
}

std::string rung_note(const Search& search) {
  if (search.rungs.size() < 2) return {};
  std::vector<std::string> epochs;
  for (const std::int64_t rung : search.rungs) epochs.push_back(std::to_string(rung));
  return fmt::format(" Successive halving: one in {} went on from the rungs, at {} epochs.",
                     search.options.eta, join(epochs, ", "));
}

}  // namespace

void write_search_report(const Search& search) {
  const auto order = ranked(search.trials, search.options.metric);
  const std::size_t best = order.front();
  const std::filesystem::path figures = search.folder / "figures";
  const auto failed = std::ranges::count(search.trials, TrialStatus::Failed, &Trial::status);
  const std::string curves = curves_figure(figures, search), options = option_figures(figures, search);
  const page::Page page{
      .kind = "Search",
      .title = fmt::format("Search over {}",
                           counted(static_cast<std::int64_t>(search.space.size()), "option", "options")),
      .summary = summary(search, best),
      .tiles = {{fmt::format("Best {}", search.options.metric), page::number(search.trials[best].figure),
                 fmt::format("trial {}", best)},
                {"The recipe itself", page::number(search.trials.front().figure), "trial 0"},
                {"Trials", std::to_string(search.trials.size()), fmt::format("{} failed", failed)},
                {"Trained in full", std::to_string(order.size()), "may be compared"}},
      .sections = {{"best", "The best", best_table(search, order)},
                   {"trials", "Trials",
                    fmt::format(kOrder, order_figure(figures, search), escape_html(search.options.metric),
                                rung_note(search))},
                   {"curves", "Curves",
                    curves.empty()
                        ? curves
                        : fmt::format(kCurves, curves, search.rungs.size() > 1 ? " Dotted: the rungs." : "")},
                   {"options", "Options", options.empty() ? options : fmt::format(kOptions, options)},
                   {"failures", "Failures", failures(search)}},
      .style = {},
      .footer =
          "The best of many trials is chosen on the validation pictures, which makes its figure there too "
          "good. Measure best.toml on pictures that had no part in the search: a test part, or giemsa "
          "crossval.",
  };
  write_atomic(search.folder / "report.html", page::render(page));
}

}  // namespace giemsa
