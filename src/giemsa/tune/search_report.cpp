#include "giemsa/tune/search_report.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "giemsa/core/file.h"
#include "giemsa/core/text.h"
#include "giemsa/page/page.h"
#include "giemsa/page/parts.h"
#include "giemsa/tune/metric_curve.h"
#include "giemsa/tune/search_figures.h"

namespace giemsa {
namespace {

using page::counted;
using page::outside;

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
constexpr char kBest[] = R"(<div class="scroll"><table>
<thead><tr><th scope="col">Trial</th><th scope="col">{}</th><th scope="col">Epochs</th>{}</tr></thead>
<tbody>
{}</tbody>
</table></div>
<p class="note">best.toml is the recipe of the first; trials.csv lists all.</p>
)";
constexpr char kFailures[] = R"(<div class="scroll"><table class="texts">
<thead><tr><th scope="col">Trial</th><th scope="col">Reason</th></tr></thead>
<tbody>
{}</tbody>
</table></div>
)";

std::string figure_text(double value) { return std::isfinite(value) ? fmt::format("{:.4f}", value) : "–"; }

std::string best_table(const Search& search, const std::vector<std::size_t>& order) {
  std::string heads, rows;
  for (const SpaceEntry& entry : search.space) {
    heads += fmt::format("<th scope=\"col\">{}</th>", outside(entry.key));
  }
  std::vector<std::size_t> shown(
      order.begin(), order.begin() + static_cast<std::ptrdiff_t>(std::min(kMostRows, order.size())));
  for (const std::size_t i : shown) {
    const Trial& trial = search.trials[i];
    rows += fmt::format("<tr><th scope=\"row\">{}{}</th><td>{}</td><td>{}</td>", i,
                        i == 0 ? " (the recipe)" : "", figure_text(trial.figure), trial.epochs);
    for (const std::string& value : trial.values) rows += fmt::format("<td>{}</td>", outside(value));
    rows += "</tr>\n";
  }
  return fmt::format(kBest, escape_html(search.options.metric), heads, rows);
}

std::string failures(const Search& search) {
  std::string rows;
  for (std::size_t i = 0; i < search.trials.size(); ++i) {
    if (search.trials[i].status != TrialStatus::Failed) continue;
    rows +=
        fmt::format("<tr><th scope=\"row\">{}</th><td>{}</td></tr>\n", i, outside(search.trials[i].reason));
  }
  return rows.empty() ? rows : fmt::format(kFailures, rows);
}

std::string summary(const Search& search, std::size_t best) {
  const Trial& trial = search.trials[best];
  const Trial& own = search.trials.front();
  std::string text = fmt::format("Of {}, the best reached a validation {} of <b>{}</b>",
                                 counted(static_cast<std::int64_t>(search.trials.size()), "trial", "trials"),
                                 escape_html(search.options.metric), figure_text(trial.figure));
  if (best == 0) return text + ": it is the recipe itself.";
  if (own.status == TrialStatus::Failed) return text + "; the recipe itself failed.";
  return text + fmt::format("; the recipe itself <b>{}</b>.", figure_text(own.figure));
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
      .tiles = {{fmt::format("Best {}", search.options.metric), figure_text(search.trials[best].figure),
                 fmt::format("trial {}", best)},
                {"The recipe itself", figure_text(search.trials.front().figure), "trial 0"},
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
