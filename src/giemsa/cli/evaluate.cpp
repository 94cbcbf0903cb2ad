#include <CLI/CLI.hpp>
#include <algorithm>
#include <array>
#include <cmath>
#include <filesystem>
#include <memory>
#include <optional>

#include "giemsa/cli/answered_pictures.h"
#include "giemsa/cli/calibration_run.h"
#include "giemsa/cli/class_map.h"
#include "giemsa/cli/commands.h"
#include "giemsa/cli/laboratory_run.h"
#include "giemsa/cli/measured_part.h"
#include "giemsa/cli/medmnist_results.h"
#include "giemsa/cli/model_argument.h"
#include "giemsa/cli/robustness_run.h"
#include "giemsa/cli/talk.h"
#include "giemsa/cli/trust_summaries.h"
#include "giemsa/cli/viewing_options.h"
#include "giemsa/core/error.h"
#include "giemsa/core/file.h"
#include "giemsa/core/text.h"
#include "giemsa/core/version.h"
#include "giemsa/corrupt/variant.h"
#include "giemsa/data/findings.h"
#include "giemsa/eval/evaluation.h"
#include "giemsa/eval/report.h"
#include "giemsa/explain/explain.h"
#include "giemsa/explain/overlay.h"
#include "giemsa/run/epoch_record.h"

namespace giemsa {

namespace fs = std::filesystem;

namespace {

struct Arguments {
  std::string model, data, part, split_file, out, medmnist;
  std::vector<std::string> class_map, corruptions;
  ViewingArguments viewing;
  bool other_laboratory = false;
  BootstrapOptions bootstrap;
  int threads = 0;
};

/// What is not defined is "–".
std::string row_of(const ClassScores& s) {
  return fmt::format("{:<20} {:>9.4f} {:>9.4f} {:>9.4f} {:>9} {:>8}\n", s.name, s.precision, s.recall, s.f1,
                     std::isfinite(s.roc_auc) ? fmt::format("{:.4f}", s.roc_auc) : "–", s.support);
}

void print_evaluation(const Evaluation& e) {
  fmt::print("{:<20} {:>9} {:>9} {:>9} {:>9} {:>8}\n", "class", "precision", "recall", "F1", "ROC AUC",
             "support");
  for (const ClassScores& scores : e.classes) fmt::print("{}", row_of(scores));
  fmt::print("{}{}\n", row_of(e.macro), row_of(e.weighted));
  const auto with_interval = [](double value, const Interval& interval) {
    return std::isfinite(interval.low)
               ? fmt::format("{:.4f} ({:.4f} to {:.4f})", value, interval.low, interval.high)
               : fmt::format("{:.4f}", value);
  };
  fmt::print("accuracy {}, balanced accuracy {}, on {} pictures\n",
             with_interval(e.accuracy, e.interval.accuracy),
             with_interval(e.balanced_accuracy, e.interval.balanced_accuracy), e.count);
}

void print_robustness(const RobustnessTable& table) {
  fmt::print("\n{:<20} {:>8}  accuracy at severity 1 to {}\n", "corruption", "mean", kSeverities);
  for (const CorruptionFigures& corruption : table.corruptions) {
    fmt::print("{:<20} {:>8.4f} ", corruption.name, mean_accuracy(corruption));
    for (const SetFigures& figures : corruption.severities) fmt::print(" {:.4f}", figures.accuracy);
    fmt::print("\n");
  }
  if (!table.corruptions.empty())
    fmt::print("{:<20} {:>8.4f}  (clean {:.4f})\n", "mean", mean_accuracy(table), table.clean.accuracy);
  if (table.augmented) fmt::print("{:<20} {:>8.4f}\n", "augmented", table.augmented->accuracy);
}

/// Whether the model was calibrated on pictures of this part.
bool calibrated_on(const Model& model, const MeasuredPart& part, const Source& source, const fs::path& run) {
  if (part.name != "val" && part.name != "all") return false;
  const std::optional<Split> split = part.split ? part.split : split_at_hand(source, run);
  return split && std::ranges::find(model.facts, std::pair<std::string, std::string>(
                                                     kCalibrationSplit, split_hash(*split, source))) !=
                      model.facts.end();
}

/// The report's pictures of where the network looked; of an ensemble's first network.
class Looks {
 public:
  Looks(Model model, const Source& source) : explainer_(std::move(model)), source_(source) {}
  /// Where it saw what speaks for a class.
  Image of(std::size_t record, int class_index) const {
    const Image picture = source_.load(record);
    return overlay(picture, explainer_.explain(picture, {.class_index = class_index}));
  }

 private:
  Explainer explainer_;
  const Source& source_;
};

/// The augmented test set as an evaluation of its own, which giemsa compare puts beside the clean one.
void write_augmented(const fs::path& folder, const Predictions& predictions, const Evaluation& evaluation,
                     std::vector<std::pair<std::string, std::string>> context) {
  for (auto& [name, text] : context) {
    if (name == "part") text += ", augmented";
  }
  prepare_output_folder(folder);
  write_predictions(folder / "predictions.csv", predictions);
  write_atomic(folder / "evaluation.json", to_json(evaluation, context));
}

/// "mobilenet_v2, 8 views": so that evaluations of one model seen in several ways are told apart.
std::string title_of(const Model& model) {
  std::string title = model.title();
  if (model.viewing.views > 1) title += fmt::format(", {} views", model.viewing.views);
  if (model.viewing.standardise) title += ", standard colours";
  return title;
}

/// "96 px"; of an ensemble each network's.
std::string input_of(const Model& model) {
  if (!model.is_ensemble()) return fmt::format("{} px", model.preprocess.input_px);
  std::vector<std::string> inputs;
  for (const Model& member : model.members) inputs.push_back(input_of(member));
  return join(inputs, ", ");
}

void evaluate_command(const Arguments& args) {
  const auto source = open_source(args.data);
  say_findings(source->findings());
  const fs::path path = chosen_model(args.model);
  Model model = read_model(path);
  args.viewing.apply(model);
  const Model looked_at = model.is_ensemble() ? model.members.front() : model;
  const std::vector<int> match = match_classes(source->classes(), model.classes, args.class_map);
  const fs::path run = run_folder_of(path);
  const MeasuredPart part = choose_part(*source, args.part, args.split_file, run, match);
  std::optional<MedmnistSet> medmnist;
  if (!args.medmnist.empty())
    medmnist = parse_medmnist(args.medmnist, part.name, match, model.classes.size());
  variants_of(args.corruptions, std::array{1});  // an unknown name is an error now, not after the work
  say("measuring {} pictures (part: {})", part.records.size(), part.name);
  const fs::path out = args.out;
  prepare_output_folder(out);

  const Classifier classifier(std::move(model));
  const AnsweredPictures answered =
      answer_pictures(classifier, *source, part.records, match, "Evaluate", args.threads);
  say_findings(answered.findings);
  BootstrapOptions bootstrap = args.bootstrap;
  bootstrap.threads = args.threads;
  const Evaluation evaluation = evaluate(answered.predictions, bootstrap);
  const std::string title = title_of(classifier.model());
  const std::vector<std::pair<std::string, std::string>> context{
      {"giemsa", std::string(version())},
      {"model", path.string()},
      {"network", title},
      {"data", args.data},
      {"part", part.name},
      {"views", std::to_string(classifier.model().viewing.views)},
      {"colours", classifier.model().viewing.standardise ? "standardised" : "as they are"},
      {"whole frames", classifier.model().viewing.cut_frames ? "cut to the cell" : "as they are"}};
  write_predictions(out / "predictions.csv", answered.predictions);
  write_findings(out / "findings.csv", answered.findings);
  write_atomic(out / "evaluation.json", to_json(evaluation, context));
  if (medmnist) {
    const std::string file = write_medmnist(out, *medmnist, part.name, answered, match, evaluation.medmnist);
    say("{} is in {}", file, out.string());
  }
  print_evaluation(evaluation);

  const Looks looks(looked_at, *source);
  ReportInput report;
  report.title = fmt::format("{} on {}", title, fs::canonical(args.data).filename().string());
  report.part = part.name;
  report.evaluation = evaluation;
  report.predictions = answered.predictions;
  report.picture = [&](std::size_t i) { return source->load(answered.records[i]); };
  report.overlay = [&](std::size_t i) {
    return looks.of(answered.records[i], answered.predictions.predicted(i));
  };
  report.overlay_method = explain_method_name(ExplainOptions{}.method);
  report.trust =
      summarise_trust(classifier.model(), answered, calibrated_on(classifier.model(), part, *source, run));
  if (!args.corruptions.empty()) {
    MeasuredRobustness measured = measure_robustness(classifier, *source, answered, evaluation,
                                                     {.corruptions = args.corruptions,
                                                      .seed = static_cast<std::uint64_t>(args.bootstrap.seed),
                                                      .threads = args.threads});
    write_atomic(out / "robustness.csv", to_csv(measured.table));
    print_robustness(measured.table);
    if (measured.augmented)
      write_augmented(out / "augmented", *measured.augmented, *measured.table.augmented, context);
    report.robustness = std::move(measured.table);
    report.robustness->reference = alexnet_on_bloodmnist();
  }
  if (args.other_laboratory) {
    report.laboratories.push_back(
        measure_other_laboratory(path, *source, part, match, args.data, bootstrap, args.threads));
    write_atomic(out / "laboratory.csv", to_csv(report.laboratories.back()));
    print_laboratory(report.laboratories.back());
  }
  report.card = {{"Network", title},
                 {"Classes", join(classifier.classes(), ", ")},
                 {"Input", input_of(classifier.model())}};
  report.made = context;
  for (const auto& fact : classifier.model().facts) report.card.push_back(fact);
  if (part.split) report.counts = split_counts(*part.split, *source, match, classifier.classes().size());
  if (!run.empty()) {
    if (fs::exists(run / "metrics.jsonl")) report.epochs = read_metrics(run / "metrics.jsonl");
    for (const char* options : {"config.toml", "adapt.toml"})
      if (fs::exists(run / options)) report.config_toml = read_text(run / options);
  }
  write_report(out, report);
  say("predictions.csv, evaluation.json, report.html and report.md are in {}", args.out);
}

}  // namespace

void add_evaluate_command(CLI::App& app) {
  auto args = std::make_shared<Arguments>();
  CLI::App* command =
      app.add_subcommand("evaluate", "Measure a model on labelled pictures and write the report");
  command->add_option("DATA", args->data, "Class folders, .npz or .csv manifest")->required();
  add_model_option(*command, args->model);
  command
      ->add_option("--split", args->part,
                   "Which part to measure: train, val, test, or all pictures.\n"
                   "Default: the test part of the run that made the model; all pictures of other data")
      ->check(CLI::IsMember({"train", "val", "test", "all"}));
  command->add_option("--split-file", args->split_file,
                      "A split.csv; default: the run's own, or the source's");
  command->add_option("--out", args->out, "Folder for predictions.csv, evaluation.json and report.html")
      ->required();
  command
      ->add_option("--class-map", args->class_map,
                   "NAME=CLASS …: the model's class for a class of the data; NAME= leaves it out")
      ->expected(1, -1);
  add_viewing_options(*command, args->viewing);
  command
      ->add_option(
          "--corruptions", args->corruptions,
          "Measure again on corrupted copies: all, names (giemsa corrupt --list), or augmented for the\n"
          "augmented test set; several go together")
      ->expected(1, -1);
  command->add_flag(
      "--other-laboratory", args->other_laboratory,
      "Measure pictures of another microscope or stain in five ways: the model's own, as they are, in "
      "standard colours,\n"
      "over eight symmetries, and both; free, and restricted to the classes that the data have");
  command
      ->add_option("--resamples", args->bootstrap.resamples, "Of the bootstrap behind the intervals; 0: none")
      ->check(CLI::Range(0, 1'000'000))
      ->capture_default_str();
  command->add_option("--seed", args->bootstrap.seed, "Of the bootstrap and the corruptions")
      ->check(CLI::NonNegativeNumber)
      ->capture_default_str();
  command->add_option(
      "--medmnist", args->medmnist,
      "Also write the file of results that MedMNIST's program writes for this data set, e.g.\n"
      "bloodmnist_64");
  command->add_option("--threads", args->threads, "0: one per processor")->check(CLI::Range(0, 1024));
  command->footer(
      "Examples:\n  giemsa evaluate cells --out evaluation\n"
      "  giemsa evaluate cells --model run --split test --out evaluation\n"
      "  giemsa evaluate cells --model run --corruptions all augmented --out robustness\n"
      "  giemsa evaluate other --model run --class-map band=neutrophil dirt= --other-laboratory --out "
      "other-lab");
  command->callback([args] { evaluate_command(*args); });
}

}  // namespace giemsa
