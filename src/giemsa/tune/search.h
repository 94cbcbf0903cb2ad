#pragma once
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "giemsa/core/options.h"
#include "giemsa/data/source.h"
#include "giemsa/run/config.h"
#include "giemsa/tune/space.h"
#include "giemsa/tune/trainer_call.h"
#include "giemsa/tune/trial.h"

namespace giemsa {

/// What is asked of a search, besides its space and its recipe.
struct SearchOptions {
  std::int64_t trials = 20;
  std::string strategy = "random";
  std::int64_t eta = 3;
  std::int64_t min_epochs = 1;
  std::string metric = "accuracy";
  std::int64_t seed = 1;
  double limit_minutes = 0;
};
void describe(OptionVisitor& visit, SearchOptions& options);

/// A search as its folder holds it:
///   search.toml space.toml recipe.toml   what was asked for
///   trials.csv                           what became of the trials, at every moment
///   trials/007/                          the run folder of trial 7, with its train.log
///   best.toml search.json report.html figures/   written at the end
struct Search {
  std::filesystem::path folder;
  SearchOptions options;
  Config recipe;  ///< with the metric as train.select
  Space space;
  std::vector<std::int64_t> rungs;  ///< epochs at the end of each; one rung of 0, to the end, for "random"
  std::vector<Trial> trials;

  std::filesystem::path run_folder(std::size_t trial) const;
  /// The names of the columns in trials.csv.
  std::vector<std::string> option_names() const;
  /// The configuration of a trial.
  Config config_of(std::size_t trial) const;
};

/// Begins a search in a folder that holds none: checks the options, the space and the metric, and draws the
/// trials. `space_name` stands in errors. A recipe with train.threads = 0 gets `threads`. Throws Usage.
Search begin_search(const std::filesystem::path& folder, const SearchOptions& options, const Config& recipe,
                    std::string_view space, const std::string& space_name, const Source& source,
                    std::int64_t threads);

/// The search of a folder. Throws Usage when it holds none, Data when its files were changed or `source` is
/// not the one that it began with.
Search open_search(const std::filesystem::path& folder, const Source& source);

/// A training that runs.
struct RunningTrial {
  std::size_t trial = 0;
  std::size_t epochs = 0;
  double figure = 0;  ///< of the last epoch; NaN before the first
};

/// Who wants to know how a search goes; each may be empty.
struct SearchObserver {
  std::function<void(std::int64_t rung, std::size_t trials)> rung_begun;  ///< with the trials yet to train
  std::function<void(std::span<const RunningTrial>, std::size_t done)> running;
  std::function<void(std::size_t trial)> ended;
};

/// Trains what waits, `jobs` trials at once, until nothing is left to do; trials.csv is up to date after
/// every training. A trial that fails is marked so. Throws as run_jobs does; Io when a training could not
/// read or write its files; Data when no trial came to a figure.
void run_search(Search& search, const Trainer& trainer, int jobs, const SearchObserver& observer);

/// Writes best.toml (a recipe of the best trial), search.json and report.html.
void write_search_results(const Search& search);

}  // namespace giemsa
