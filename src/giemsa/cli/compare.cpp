#include <CLI/CLI.hpp>
#include <filesystem>
#include <memory>

#include "giemsa/cli/commands.h"
#include "giemsa/cli/talk.h"
#include "giemsa/core/file.h"
#include "giemsa/eval/comparison.h"

namespace giemsa {

namespace fs = std::filesystem;

namespace {

struct Arguments {
  std::vector<std::string> evaluations;
  std::string average = "weighted", out;
  BootstrapOptions bootstrap;
  bool json = false;
};

void write_files(const fs::path& folder, const Comparison& comparison, ComparedAverage average) {
  prepare_output_folder(folder);
  write_atomic(folder / "comparison.md", comparison_markdown(comparison, average));
  write_atomic(folder / "comparison.csv", comparison_csv(comparison));
  write_atomic(folder / "pairs.csv", comparison_pairs_csv(comparison));
  write_atomic(folder / "comparison.json", comparison_json(comparison));
}

void compare_command(const Arguments& args) {
  std::vector<ModelAnswers> answers;
  for (const std::string& argument : args.evaluations) answers.push_back(read_answers(argument));
  const Comparison comparison = compare(answers, args.bootstrap);
  const auto average = args.average == "macro" ? ComparedAverage::Macro : ComparedAverage::Weighted;
  if (!args.out.empty()) write_files(args.out, comparison, average);
  fmt::print("{}", args.json ? comparison_json(comparison) : comparison_text(comparison, average));
  if (!args.out.empty()) {
    say("comparison.md, comparison.csv, pairs.csv and comparison.json are in {}", args.out);
  }
}

}  // namespace

void add_compare_command(CLI::App& app) {
  auto args = std::make_shared<Arguments>();
  CLI::App* command =
      app.add_subcommand("compare", "Compare what models answered, with intervals and paired tests");
  command
      ->add_option("EVALUATION", args->evaluations,
                   "Folders of giemsa evaluate, or predictions.csv of any program.\n"
                   "With names: MODEL=FOLDER or MODEL@SET=FOLDER")
      ->required()
      ->expected(1, 64);
  command
      ->add_option("--average", args->average,
                   "Of precision, recall, F1 and AUC over the classes: weighted, macro")
      ->check(CLI::IsMember({"weighted", "macro"}));
  command->add_option("--resamples", args->bootstrap.resamples, "Of the bootstrap; 0: no intervals");
  command->add_option("--level", args->bootstrap.level, "Of the intervals, between 0 and 1");
  command->add_option("--seed", args->bootstrap.seed, "Other seeds draw other resamples");
  command->add_option("--threads", args->bootstrap.threads, "0: one per processor");
  command->add_option("--out", args->out, "A folder for Markdown, CSV and JSON");
  command->add_flag("--json", args->json, "JSON instead of tables");
  command->footer(
      "Answers are compared here, picture by picture; giemsa runs compare sets trainings side by side:\n"
      "their options, and the validation figures of their epochs.\n"
      "Examples:\n  giemsa compare evaluation1 evaluation2\n"
      "  giemsa compare ResNet@clean=e1 ResNet@augmented=e2 ConvNeXt@clean=e3 ConvNeXt@augmented=e4");
  command->callback([args] { compare_command(*args); });
}

}  // namespace giemsa
