// What was asked of a search, as its folder keeps it: search.toml, space.toml, recipe.toml, trials.csv.

#include <fmt/format.h>

#include <algorithm>

#include "giemsa/core/error.h"
#include "giemsa/core/file.h"
#include "giemsa/core/text.h"
#include "giemsa/split/split.h"
#include "giemsa/tune/config_fields.h"
#include "giemsa/tune/halving.h"
#include "giemsa/tune/search.h"

namespace giemsa {
namespace {

namespace fs = std::filesystem;

constexpr std::uint64_t kMostBytes = 1 << 20;  // of a recipe or a space

/// search.toml: what was asked for, and of which pictures.
struct SavedSearch {
  SearchOptions options;
  std::string data;  ///< SHA-256 over ids and labels
};
void describe(OptionVisitor& visit, SavedSearch& saved) {
  describe(visit, saved.options);
  visit.field("data_sha256", saved.data, {.doc = "The pictures' ids and labels."});
}
DescribeFunction describer(SavedSearch& saved) {
  return [&saved](OptionVisitor& visit) { describe(visit, saved); };
}

std::string data_hash(const Source& source) {
  return split_hash({std::vector<Part>(source.records().size(), Part::None)}, source);
}

/// The recipe selects its best epochs by the metric of the search.
void set_metric(Config& recipe, const std::string& metric) {
  with_field(recipe, "train.select", [&](const OptionRef& field, const OptionSpec& spec) {
    require(assign_text(field, metric, spec), ErrorKind::Usage,
            fmt::format("[search] --metric {}: expected {}", metric, expectation(field, spec)),
            suggest(metric, spec.choices));
  });
}

/// Trials of different lengths cannot be halved.
void check_epochs(const Space& space) {
  for (const SpaceEntry& entry : space) {
    for (const std::string& option : entry.options) {
      require(!(option.starts_with("stages.") && option.ends_with(".epochs")), ErrorKind::Usage,
              fmt::format("[search] '{}' cannot be searched with --strategy halving, which decides how long "
                          "trials are trained",
                          entry.key),
              "--strategy random, or leave it out of the space");
    }
  }
}

std::vector<std::int64_t> rungs_of(const SearchOptions& options, const Config& recipe, const Space& space) {
  if (options.strategy == "random") return {0};
  check_epochs(space);
  std::int64_t epochs = 0;
  for (const StageOptions& stage : recipe.stages) epochs += stage.epochs;
  return rung_epochs(epochs, options.min_epochs, options.eta);
}

/// Everything of a search but its state.
Search make_search(const fs::path& folder, const SearchOptions& options, const Config& recipe,
                   std::string_view space, const std::string& space_name) {
  Search search{folder, options, recipe, {}, {}, {}};
  set_metric(search.recipe, options.metric);
  search.space = parse_space(space, space_name, search.recipe);
  search.rungs = rungs_of(options, search.recipe, search.space);
  for (std::size_t i = 0; i < static_cast<std::size_t>(options.trials); ++i) {
    search.trials.push_back({.values = sample(search.space, static_cast<std::uint64_t>(options.seed), i)});
  }
  return search;
}

}  // namespace

void describe(OptionVisitor& visit, SearchOptions& o) {
  visit.field("trials", o.trials,
              {.doc = "Configurations to try, the recipe's own among them.", .min = 1, .max = 10000});
  visit.field("strategy", o.strategy,
              {.doc = "random: every trial is trained in full; halving: in rungs, of which the best go on.",
               .choices = {"random", "halving"}});
  visit.field("eta", o.eta, {.doc = "One in so many trials goes on from a rung.", .min = 2, .max = 100});
  visit.field("min_epochs", o.min_epochs,
              {.doc = "The first rung is no shorter than this.", .unit = "epochs", .min = 1});
  visit.field("metric", o.metric, {.doc = "The validation figure by which trials are compared."});
  visit.field("seed", o.seed, {.doc = "Names the random streams of the trials' values.", .min = 0});
  visit.field("limit_minutes", o.limit_minutes,
              {.doc = "A training that takes longer fails; 0: no limit.", .unit = "minutes", .min = 0});
}

Search begin_search(const fs::path& folder, const SearchOptions& options, const Config& recipe,
                    std::string_view space, const std::string& space_name, const Source& source,
                    std::int64_t threads) {
  require(!fs::exists(folder / "search.toml"), ErrorKind::Usage,
          fmt::format("[search] {} already holds a search", folder.string()),
          "--resume to go on with it, or another --out");
  Config shared = recipe;
  if (shared.train.threads == 0) shared.train.threads = threads;
  const Search search = make_search(folder, options, shared, space, space_name);
  write_atomic(folder / "space.toml", space);
  write_atomic(folder / "recipe.toml", to_toml(search.recipe, true));
  write_trials(folder / "trials.csv", search.trials, search.option_names(), options.metric);
  SavedSearch saved{options, data_hash(source)};
  write_atomic(folder / "search.toml", to_toml(describer(saved), true));  // last: it marks the folder
  return search;
}

Search open_search(const fs::path& folder, const Source& source) {
  const fs::path marker = folder / "search.toml";
  require(fs::exists(marker), ErrorKind::Usage, fmt::format("[search] {} holds no search", folder.string()),
          "leave out --resume to begin one");
  SavedSearch saved;
  apply_toml(describer(saved), read_text(marker, kMostBytes), marker.string());
  require(saved.data == data_hash(source), ErrorKind::Data,
          fmt::format("[search] the pictures or labels are not those that {} began with", folder.string()),
          "give the same DATA, or begin a new search");
  const std::string space = (folder / "space.toml").string();
  Search search = make_search(folder, saved.options, load_recipe((folder / "recipe.toml").string()),
                              read_text(space, kMostBytes), space);
  read_trials(folder / "trials.csv", search.trials, search.option_names(), search.options.metric);
  return search;
}

}  // namespace giemsa
