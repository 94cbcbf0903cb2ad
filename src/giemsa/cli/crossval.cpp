#include "giemsa/tune/crossval.h"

#include <CLI/CLI.hpp>
#include <filesystem>
#include <limits>
#include <memory>
#include <optional>

#include "giemsa/cli/commands.h"
#include "giemsa/cli/kept_groups.h"
#include "giemsa/cli/recipe_options.h"
#include "giemsa/cli/talk.h"
#include "giemsa/core/error.h"
#include "giemsa/core/file.h"
#include "giemsa/core/progress.h"
#include "giemsa/core/text.h"
#include "giemsa/data/measuring_only.h"
#include "giemsa/data/new_folder.h"
#include "giemsa/tune/folder_lock.h"

namespace giemsa {
namespace {

namespace fs = std::filesystem;

struct Arguments {
  std::string data, out, groups;
  RecipeArguments recipe;
  CrossvalOptions options;
  bool ignore_duplicates = false, resume = false;
  int jobs = 1;
};

/// One bar for all folds.
class Talker {
 public:
  explicit Talker(std::size_t folds) : folds_(folds) {}

  CrossvalObserver observer() {
    return {.running =
                [this](std::span<const RunningFold> running, std::size_t done) {
                  std::vector<std::string> notes;
                  for (const RunningFold& one : running) {
                    notes.push_back(fmt::format("{}: {} epochs", one.fold + 1, one.epochs));
                  }
                  done_ = done;
                  bar_.update(done, folds_, join(notes, ", "));
                },
            .predicting = {},
            .ended = [this](std::size_t) { bar_.update(++done_, folds_); }};
  }
  void finish() { bar_.finish(); }

 private:
  std::size_t folds_, done_ = 0;
  ProgressBar bar_{"Cross-validate", "folds"};
};

std::string cell(const FoldMetric& metric, double value) {
  return metric.share ? fmt::format("{:.2f}", 100 * value) : fmt::format("{:.4f}", value);
}

void print_result(const CrossvalResult& result) {
  fmt::print("{:<8}", "fold");
  for (const FoldMetric& metric : fold_metrics()) fmt::print(" {:>18}", metric.title);
  fmt::print(" {:>9}\n", "pictures");
  for (std::size_t fold = 0; fold < result.folds.size(); ++fold) {
    fmt::print("{:<8}", fold + 1);
    const Evaluation& evaluation = result.folds[fold].evaluation;
    for (const FoldMetric& metric : fold_metrics())
      fmt::print(" {:>18}", cell(metric, metric.of(evaluation)));
    fmt::print(" {:>9}\n", evaluation.count);
  }
  for (const char* row : {"mean", "± sd"}) {
    fmt::print("{:<8}", row);
    for (const FoldMetric& metric : fold_metrics()) {
      const Spread spread = spread_over(metric, result.folds);
      fmt::print(" {:>18}", cell(metric, row[0] == 'm' ? spread.mean : spread.deviation));
    }
    fmt::print("\n");
  }
  fmt::print("\n{:<20} {:>8} {:>8}\n", "recall of", "mean", "± sd");
  for (std::size_t k = 0; k < result.predictions.classes.size(); ++k) {
    const Spread spread = recall_spread(k, result.folds);
    fmt::print("{:<20} {:>8.2f} {:>8.2f}\n", printable(result.predictions.classes[k]), 100 * spread.mean,
               100 * spread.deviation);
  }
}

void crossval_command(const Arguments& args) {
  const Trainer trainer = own_trainer(args.data);
  const auto source = open_source(args.data);
  require(!made_by_corrupt(std::filesystem::path(args.data)) && !made_by_corrupt(*source), ErrorKind::Usage,
          "[crossval] pictures that giemsa corrupt made are for measuring alone",
          "train on the pictures that they were made of");
  say_findings(source->findings());
  require_outside(args.out, args.data, "crossval");
  Config recipe;
  if (!args.resume) recipe = recipe_of(args.recipe);
  prepare_output_folder(args.out);
  const FolderLock lock = FolderLock::require(args.out);
  const Crossval crossval =
      args.resume
          ? open_crossval(args.out, *source)
          : begin_crossval(args.out, args.options, recipe, *source,
                           kept_groups(*source, args.groups.empty() ? recipe.data.groups : args.groups,
                                       args.ignore_duplicates),
                           threads_for_each(args.jobs));
  Talker talker(crossval.splits.size());
  run_crossval(crossval, *source, trainer, args.jobs, talker.observer());
  talker.finish();
  const CrossvalResult result = read_folds(crossval, *source);
  say_findings(result.findings);
  write_crossval_results(
      crossval, *source, result,
      fmt::format("{} on {}", crossval.recipe.model.name, fs::path(args.data).filename().string()));
  print_result(result);
  say("predictions.csv, crossval.json and report.html are in {}", args.out);
}

}  // namespace

void add_crossval_command(CLI::App& app) {
  auto args = std::make_shared<Arguments>();
  CLI::App* command = app.add_subcommand("crossval", "Train and measure in folds: mean ± standard deviation");
  command->add_option("DATA", args->data, "Class folders, .npz or .csv manifest")->required();
  command->add_option("--out", args->out, "The folder to make")->required();
  std::vector<CLI::Option*> fresh = add_recipe_options(*command, args->recipe);
  fresh.push_back(command->add_option("--folds", args->options.folds, "Parts; each is held out once")
                      ->check(CLI::Range(2, 100))
                      ->capture_default_str());
  fresh.push_back(
      command
          ->add_option("--val-share", args->options.val_share,
                       "Share of what is not held out that chooses the best epoch of a fold's training")
          ->check(CLI::Range(0.01, 0.9))
          ->capture_default_str());
  fresh.push_back(command->add_option("--seed", args->options.seed, "Other seeds divide otherwise")
                      ->check(CLI::Range(std::int64_t{0}, std::numeric_limits<std::int64_t>::max()))
                      ->capture_default_str());
  CLI::Option* const groups = command->add_option(
      "--groups", args->groups,
      "A CSV file (record,group) of pictures that stay together, as inspect's duplicates.csv; without it and "
      "data.groups, identical and nearly identical pictures are searched for");
  CLI::Option* const ignore =
      command->add_flag("--ignore-duplicates", args->ignore_duplicates, "Do not look for such pictures")
          ->excludes(groups);
  fresh.insert(fresh.end(), {groups, ignore});
  command
      ->add_option("--jobs", args->jobs, "Trainings at once; each computes with its share of the processors")
      ->check(CLI::Range(1, 256))
      ->capture_default_str();
  CLI::Option* const resume = command->add_flag(
      "--resume", args->resume, "Go on in --out with what is not done; its own recipe and folds hold");
  for (CLI::Option* const option : fresh) resume->excludes(option);
  command->footer(
      "Examples:\n  giemsa crossval cells --recipe quickstart --folds 5 --out folds\n"
      "  giemsa crossval cells --out folds --resume\n"
      "  giemsa inspect cells --predictions folds/predictions.csv");
  command->callback([args] { run_stoppable(args->out, [&] { crossval_command(*args); }); });
}

}  // namespace giemsa
