#include "giemsa/split/split.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <memory>

#include "giemsa/cli/commands.h"
#include "giemsa/cli/kept_groups.h"
#include "giemsa/cli/talk.h"
#include "giemsa/core/error.h"
#include "giemsa/core/file.h"
#include "giemsa/core/text.h"
#include "giemsa/data/new_folder.h"
#include "giemsa/split/folds.h"

namespace giemsa {
namespace {

namespace fs = std::filesystem;

struct Arguments {
  std::string data, out, groups, ratios = "81/9/10";
  std::uint64_t seed = 1;
  int folds = 0;
  double test_share = 0;
  bool ignore_duplicates = false;
};

/// A line of names or numbers under each other.
template <class Cells>
void print_row(const std::string& name, const Cells& cells) {
  fmt::print("{:<20}", name);
  for (const auto& cell : cells) fmt::print(" {:>8}", cell);
  fmt::print("\n");
}

void print_groups(const RecordGroups& groups) {
  const auto kept = std::ranges::count_if(groups.of, [](std::int64_t group) { return group >= 0; });
  fmt::print("\ngroups kept together: {}, of {} records in all\n", groups.count, kept);
}

void print_deviation(const Deviation& deviation, const Source& source, const std::string& place) {
  if (deviation.part == Part::None) return fmt::print("every share is exact\n");
  fmt::print("largest deviation from the shares: {:.2f} records ({}, {}{})\n", std::abs(deviation.records),
             printable(source.classes()[deviation.label]), part_name(deviation.part), place);
}

/// What is read is never written over.
void check_output(const fs::path& file, const Source& source, const Arguments& args) {
  require_outside(file, args.data, "split");
  if (!args.groups.empty()) require_outside(file, args.groups, "split");
  require_no_picture(file, source, "split");
}

void split_in_parts(const Source& source, const Arguments& args) {
  const SplitRatios ratios = parse_ratios(args.ratios);
  check_output(args.out, source, args);
  const RecordGroups groups = kept_groups(source, args.groups, args.ignore_duplicates);
  const Split split = make_split(source, ratios, args.seed, groups);
  write_split(args.out, split, source);
  print_row("class", std::array{"train", "val", "test"});
  const auto counts = count_split(split, source);
  for (std::size_t k = 0; k < counts.size(); ++k) print_row(printable(source.classes()[k]), counts[k]);
  print_groups(groups);
  print_deviation(largest_deviation(split, source, ratios), source, "");
  say("{} records divided in {}", split.parts.size(), args.out);
}

void split_in_folds(const Source& source, const Arguments& args) {
  const auto file = [&](std::size_t fold) { return fs::path(args.out) / fmt::format("fold-{}.csv", fold); };
  const RecordGroups groups = kept_groups(source, args.groups, args.ignore_duplicates);
  const auto splits = make_folds(source, args.folds, args.seed, groups, args.test_share);
  for (std::size_t f = 0; f < splits.size(); ++f) check_output(file(f + 1), source, args);
  prepare_output_folder(args.out);
  require(!fs::exists(file(splits.size() + 1)), ErrorKind::Usage,
          fmt::format("[split] {} holds more folds than {}", args.out, splits.size()),
          "name another folder, so that the folds of two divisions are not mixed");

  std::vector<std::string> names;
  std::vector<std::vector<std::size_t>> rows(source.classes().size());
  Deviation largest;
  std::size_t largest_fold = 0;
  for (std::size_t f = 0; f < splits.size(); ++f) {
    write_split(file(f + 1), splits[f], source);
    names.push_back(fmt::format("fold {}", f + 1));
    const auto counts = count_split(splits[f], source);
    for (std::size_t k = 0; k < rows.size(); ++k) rows[k].push_back(counts[k][1]);
    const auto deviation = largest_deviation(splits[f], source, fold_ratios(args.folds, args.test_share));
    if (std::abs(deviation.records) > std::abs(largest.records)) {
      largest = deviation;
      largest_fold = f + 1;
    }
  }
  if (args.test_share > 0) {
    names.push_back("test");
    const auto counts = count_split(splits[0], source);
    for (std::size_t k = 0; k < rows.size(); ++k) rows[k].push_back(counts[k][2]);
  }
  print_row("class", names);
  for (std::size_t k = 0; k < rows.size(); ++k) print_row(printable(source.classes()[k]), rows[k]);
  print_groups(groups);
  print_deviation(largest, source, fmt::format(" of fold {}", largest_fold));
  say("{} records divided in {} to {}", source.records().size(), file(1).string(),
      file(splits.size()).filename().string());
}

}  // namespace

void add_split_command(CLI::App& app) {
  auto args = std::make_shared<Arguments>();
  CLI::App* command = app.add_subcommand("split", "Divide a data set into train, validation and test");
  command->add_option("DATA", args->data, "Class folders, .npz or .csv manifest")->required();
  command->add_option("--out", args->out, "The split.csv to write; with --folds the folder for them")
      ->required();
  CLI::Option* const ratios =
      command->add_option("--ratios", args->ratios, "Shares of train/val/test, or train/val")
          ->capture_default_str();
  command->add_option("--seed", args->seed, "Other seeds divide otherwise")
      ->check(CLI::Range(std::int64_t{0}, std::numeric_limits<std::int64_t>::max()))
      ->capture_default_str();
  auto* const groups = command->add_option(
      "--groups", args->groups,
      "A CSV file (record,group) of pictures that stay together, as inspect's duplicates.csv; without it, "
      "identical and nearly identical pictures are searched for");
  command
      ->add_flag("--ignore-duplicates", args->ignore_duplicates, "Do not look at the pictures; takes no time")
      ->excludes(groups);
  CLI::Option* const folds =
      command
          ->add_option("--folds", args->folds,
                       "Cross-validation: that many splits, each with another fold as validation part")
          ->excludes(ratios);
  command->add_option("--test-share", args->test_share, "Held out of all folds first, e.g. 0.1")
      ->needs(folds);
  command->footer(
      "Stratified: the shares hold in every class. Pictures of one subject (a column of\n"
      "manifests), identical and nearly identical ones stay in one part.\n\nExamples:\n"
      "  giemsa split cells --ratios 80/10/10 --seed 1 --out split.csv\n"
      "  giemsa split cells.csv --folds 5 --groups inspection/duplicates.csv --out folds");
  command->callback([args, folds] {
    const auto source = open_source(args->data);
    say_findings(source->findings());
    if (folds->count() > 0) {
      split_in_folds(*source, *args);
    } else {
      split_in_parts(*source, *args);
    }
  });
}

}  // namespace giemsa
