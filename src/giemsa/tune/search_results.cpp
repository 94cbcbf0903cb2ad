// What a search came to: best.toml and search.json.

#include <fmt/format.h>

#include <cmath>
#include <nlohmann/json.hpp>

#include "giemsa/core/file.h"
#include "giemsa/core/version.h"
#include "giemsa/tune/metric_curve.h"
#include "giemsa/tune/search.h"
#include "giemsa/tune/search_report.h"

namespace giemsa {
namespace {

using Json = nlohmann::ordered_json;

Json number(double value) { return std::isfinite(value) ? Json(value) : Json(nullptr); }

/// Without times: a search that was interrupted writes the same file.
Json trial_json(const Search& search, std::size_t number_of) {
  const Trial& trial = search.trials[number_of];
  Json options = Json::object();
  for (std::size_t k = 0; k < search.space.size(); ++k) options[search.space[k].key] = trial.values[k];
  Json json{{"trial", number_of},     {"status", status_name(trial.status)},         {"rung", trial.rung},
            {"epochs", trial.epochs}, {search.options.metric, number(trial.figure)}, {"options", options}};
  if (!trial.reason.empty()) json["reason"] = trial.reason;
  return json;
}

}  // namespace

void write_search_results(const Search& search) {
  const auto order = ranked(search.trials, search.options.metric);
  const std::size_t best = order.front();
  Config config = search.config_of(best);
  config.train.threads = 0;  // the search's own share of the processors is not the recipe's
  write_atomic(search.folder / "best.toml",
               fmt::format("# Trial {} of a search: validation {} {:.4f}.\n\n{}", best, search.options.metric,
                           search.trials[best].figure, to_toml(config, true)));
  Json json{
      {"giemsa", version()},         {"metric", search.options.metric}, {"strategy", search.options.strategy},
      {"seed", search.options.seed}, {"rung_epochs", search.rungs},     {"best", best},
      {"comparable", order}};
  for (std::size_t i = 0; i < search.trials.size(); ++i) json["trials"].push_back(trial_json(search, i));
  write_atomic(search.folder / "search.json",
               json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n");
  write_search_report(search);
}

}  // namespace giemsa
