#include "giemsa/tune/search.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cmath>
#include <filesystem>
#include <limits>
#include <memory>
#include <optional>

#include "giemsa/cli/commands.h"
#include "giemsa/cli/recipe_options.h"
#include "giemsa/cli/talk.h"
#include "giemsa/core/error.h"
#include "giemsa/core/file.h"
#include "giemsa/core/progress.h"
#include "giemsa/core/text.h"
#include "giemsa/data/measuring_only.h"
#include "giemsa/data/new_folder.h"
#include "giemsa/tune/folder_lock.h"
#include "giemsa/tune/search_spaces.h"

namespace giemsa {
namespace {

struct Arguments {
  std::string data, out, space = "quick";
  RecipeArguments recipe{.recipe = "quickstart"};
  SearchOptions options;
  bool resume = false;
  int jobs = 1;
};

/// One bar for each rung, and a line for each trial that failed.
class Talker {
 public:
  explicit Talker(const Search& search) : search_(search) {}

  SearchObserver observer() {
    return {.rung_begun =
                [this](std::int64_t rung, std::size_t trials) {
                  finish();
                  trials_ = trials;
                  const auto rungs = search_.rungs.size();
                  bar_.emplace(rungs == 1 ? "Search"
                                          : fmt::format("Rung {} of {} (to epoch {})", rung + 1, rungs,
                                                        search_.rungs[static_cast<std::size_t>(rung)]),
                               "trials");
                },
            .running =
                [this](std::span<const RunningTrial> running, std::size_t done) {
                  std::vector<std::string> notes;
                  for (const RunningTrial& one : running) {
                    notes.push_back(
                        fmt::format("{}: epoch {}{}", one.trial, one.epochs,
                                    std::isnan(one.figure) ? "" : fmt::format(" {:.4f}", one.figure)));
                  }
                  bar_->update(done, trials_, join(notes, ", "));
                },
            .ended =
                [this](std::size_t i) {
                  if (search_.trials[i].status == TrialStatus::Failed) failed_.push_back(i);
                }};
  }
  void finish() {
    if (bar_) bar_->update(trials_, trials_);
    if (bar_) bar_->finish();
    bar_.reset();
    for (const std::size_t i : failed_) say("trial {} failed: {}", i, search_.trials[i].reason);
    failed_.clear();
  }

 private:
  const Search& search_;
  std::size_t trials_ = 0;
  std::vector<std::size_t> failed_;  ///< told below the bar
  std::optional<ProgressBar> bar_;
};

void print_best(const Search& search) {
  constexpr std::size_t kShown = 10;
  const auto order = ranked(search.trials, search.options.metric);
  fmt::print("{:>5} {:>10} {:>7}", "trial", search.options.metric, "epochs");
  for (const std::string& name : search.option_names()) fmt::print("  {:>12}", name);
  fmt::print("\n");
  const auto print_row = [&](std::size_t i) {
    const Trial& trial = search.trials[i];
    fmt::print("{:>5} {:>10.4f} {:>7}", i, trial.figure, trial.epochs);
    for (std::size_t k = 0; k < search.space.size(); ++k) {
      fmt::print("  {:>{}}", printable(trial.values[k]),
                 std::max<std::size_t>(search.space[k].key.size(), 12));
    }
    fmt::print("\n");
  };
  for (std::size_t i = 0; i < std::min(kShown, order.size()); ++i) print_row(order[i]);
  const Trial& own = search.trials.front();
  if (own.status == TrialStatus::Failed) {
    fmt::print("\nthe recipe itself (trial 0) failed: {}\n", printable(own.reason));
  } else {
    fmt::print("\nthe recipe itself (trial 0): {} {:.4f}; the best (trial {}): {:.4f}\n",
               search.options.metric, own.figure, order.front(), search.trials[order.front()].figure);
  }
}

void search_command(const Arguments& args) {
  const Trainer trainer = own_trainer(args.data);
  Config recipe;
  if (!args.resume) recipe = recipe_of(args.recipe);
  const std::string space = args.resume ? "" : load_space(args.space);
  const auto source = open_source(args.data);
  require(!made_by_corrupt(std::filesystem::path(args.data)) && !made_by_corrupt(*source), ErrorKind::Usage,
          "[search] pictures that giemsa corrupt made are for measuring alone",
          "train on the pictures that they were made of");
  say_findings(source->findings());
  require_outside(args.out, args.data, "search");
  prepare_output_folder(args.out);
  const FolderLock lock = FolderLock::require(args.out);
  Search search = args.resume ? open_search(args.out, *source)
                              : begin_search(args.out, args.options, recipe, space, args.space, *source,
                                             threads_for_each(args.jobs));
  Talker talker(search);
  run_search(search, trainer, args.jobs, talker.observer());
  talker.finish();
  write_search_results(search);
  print_best(search);
  say("best.toml, trials.csv and report.html are in {}", args.out);
}

}  // namespace

void add_search_command(CLI::App& app) {
  auto args = std::make_shared<Arguments>();
  SearchOptions& options = args->options;
  CLI::App* command = app.add_subcommand("search", "Search for better options of a recipe");
  command->add_option("DATA", args->data, "Class folders, .npz or .csv manifest")->required();
  command->add_option("--out", args->out, "The folder to make")->required();
  std::vector<CLI::Option*> fresh = add_recipe_options(*command, args->recipe);
  fresh.push_back(
      command->add_option("--space", args->space, "quick, dl_bois, or a .toml file (docs/search.md)")
          ->capture_default_str());
  fresh.push_back(
      command->add_option("--trials", options.trials, "Configurations to try, the recipe's own among them")
          ->check(CLI::Range(1, 10000))
          ->capture_default_str());
  fresh.push_back(command
                      ->add_option("--strategy", options.strategy,
                                   "random: every trial in full; halving: in rungs, of which the best go on")
                      ->check(CLI::IsMember({"random", "halving"}))
                      ->capture_default_str());
  fresh.push_back(command->add_option("--eta", options.eta, "halving: one in so many goes on from a rung")
                      ->check(CLI::Range(2, 100))
                      ->capture_default_str());
  fresh.push_back(
      command
          ->add_option("--min-epochs", options.min_epochs, "halving: the first rung is no shorter than this")
          ->check(CLI::PositiveNumber)
          ->capture_default_str());
  fresh.push_back(
      command
          ->add_option("--metric", options.metric, "The validation figure that is sought; see train.select")
          ->capture_default_str());
  fresh.push_back(command->add_option("--seed", options.seed, "Other seeds draw other trials")
                      ->check(CLI::Range(std::int64_t{0}, std::numeric_limits<std::int64_t>::max()))
                      ->capture_default_str());
  fresh.push_back(
      command->add_option("--limit", options.limit_minutes, "Minutes after which a training fails; 0: never")
          ->check(CLI::NonNegativeNumber)
          ->capture_default_str());
  command
      ->add_option("--jobs", args->jobs, "Trainings at once; each computes with its share of the processors")
      ->check(CLI::Range(1, 256))
      ->capture_default_str();
  CLI::Option* const resume = command->add_flag(
      "--resume", args->resume, "Go on in --out with what is not done; its own recipe and space hold");
  for (CLI::Option* const option : fresh) resume->excludes(option);
  command->footer(
      "Examples:\n  giemsa search cells --space quick --trials 20 --jobs 2 --out search\n"
      "  giemsa search cells --space mine.toml --strategy halving --out search\n"
      "  giemsa train cells --recipe search/best.toml --out run");
  command->callback([args] { run_stoppable(args->out, [&] { search_command(*args); }); });
}

}  // namespace giemsa
