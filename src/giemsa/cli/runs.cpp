#include <CLI/CLI.hpp>
#include <filesystem>
#include <memory>

#include "giemsa/cli/commands.h"
#include "giemsa/cli/run_follower.h"
#include "giemsa/cli/talk.h"
#include "giemsa/core/error.h"
#include "giemsa/core/file.h"
#include "giemsa/core/text.h"
#include "giemsa/runs/comparison.h"
#include "giemsa/runs/epoch_figures.h"
#include "giemsa/runs/find_runs.h"
#include "giemsa/runs/run_json.h"
#include "giemsa/runs/run_list.h"
#include "giemsa/runs/run_pages.h"
#include "giemsa/runs/run_view.h"

namespace giemsa {

namespace fs = std::filesystem;

namespace {

struct ListArguments {
  std::vector<fs::path> folders;
  std::string sort;
  bool json = false;
};

struct ShowArguments {
  fs::path run;
  std::string csv, html;
  bool live = false;
};

struct CompareArguments {
  std::vector<fs::path> runs;
  std::string html;
  bool json = false;
};

void list_runs(const ListArguments& args) {
  const FoundRuns found = find_runs(args.folders);
  for (const fs::path& folder : found.unreadable)
    say("{} cannot be searched", printable(folder.string(), 300));
  std::vector<TrainingRun> runs;
  for (const fs::path& folder : found.folders) runs.push_back(open_run(folder));
  if (!args.sort.empty()) sort_runs(runs, args.sort);
  if (args.json) {
    fmt::print("{}", list_json(runs));
  } else if (runs.empty()) {
    say("no runs there");
  } else {
    fmt::print("{}", list_text(runs));
  }
}

void show_run(const ShowArguments& args) {
  if (args.live) {
    follow_run(args.run);
  } else if (args.csv.empty() && args.html.empty()) {
    fmt::print("{}", run_text(open_run(args.run), read_run_data(args.run)));
  }
  if (args.csv.empty() && args.html.empty()) return;
  const TrainingRun run = open_run(args.run);
  if (!args.csv.empty()) write_atomic(args.csv, epochs_csv(run.epochs));
  if (!args.html.empty()) write_run_page(args.html, run, read_run_data(args.run));
}

void compare_runs(const CompareArguments& args) {
  std::vector<TrainingRun> runs;
  for (const fs::path& folder : args.runs) runs.push_back(open_run(folder));
  if (!args.html.empty()) write_comparison_page(args.html, runs);
  fmt::print("{}", args.json ? comparison_json(runs) : comparison_text(runs));
}

void add_list(CLI::App& runs) {
  auto args = std::make_shared<ListArguments>();
  CLI::App* list = runs.add_subcommand("list", "A line for each run below some folders");
  list->add_option("DIR", args->folders, "Where to look, at any depth; without it, here");
  list->add_option("--sort", args->sort,
                   "The best first: accuracy, loss, balanced_accuracy, macro_f1 or auc; without it, by path");
  list->add_flag("--json", args->json, "A JSON array instead of a table");
  list->footer("Examples:\n  giemsa runs list\n  giemsa runs list search --sort accuracy");
  list->callback([args] {
    if (args->folders.empty()) args->folders = {"."};
    list_runs(*args);
  });
}

void add_show(CLI::App& runs) {
  auto args = std::make_shared<ShowArguments>();
  CLI::App* show = runs.add_subcommand("show", "One run: data, options, epochs");
  show->add_option("RUN", args->run, "A run folder of giemsa train")->required();
  show->add_option("--csv", args->csv, "A file to write the epochs to, for other programs");
  show->add_option("--html", args->html, "A page to write, with curves");
  show->add_flag("--live", args->live, "Follow it while it trains");
  show->footer(
      "Examples:\n  giemsa runs show run\n  giemsa runs show run --html run.html --csv epochs.csv\n"
      "  giemsa runs show run --live");
  show->callback([args] { show_run(*args); });
}

void add_compare(CLI::App& runs) {
  auto args = std::make_shared<CompareArguments>();
  CLI::App* compare = runs.add_subcommand("compare", "Runs side by side: what differs, and their figures");
  compare->add_option("RUN", args->runs, "Run folders of giemsa train")
      ->required()
      ->expected(2, static_cast<int>(kMostCompared));
  compare->add_option("--html", args->html, "A page to write too, with the curves of all");
  compare->add_flag("--json", args->json, "JSON instead of tables");
  compare->footer(
      "Trainings are compared here; giemsa compare compares what finished models answered, with intervals "
      "and\n"
      "paired tests.\n"
      "Example:\n  giemsa runs compare run1 run2 --html both.html");
  compare->callback([args] { compare_runs(*args); });
}

}  // namespace

void add_runs_command(CLI::App& app) {
  CLI::App* command = app.add_subcommand("runs", "List, show and compare training runs");
  command->require_subcommand(1);
  command->footer(
      "Examples:\n  giemsa runs list\n  giemsa runs show run --live\n  giemsa runs compare run1 run2");
  add_list(*command);
  add_show(*command);
  add_compare(*command);
}

}  // namespace giemsa
