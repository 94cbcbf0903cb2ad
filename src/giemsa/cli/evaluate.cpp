#include <CLI/CLI.hpp>
#include <algorithm>
#include <filesystem>
#include <memory>
#include <numeric>
#include <optional>
#include <set>

#include "giemsa/cli/commands.h"
#include "giemsa/cli/talk.h"
#include "giemsa/core/csv.h"
#include "giemsa/core/error.h"
#include "giemsa/core/file.h"
#include "giemsa/core/text.h"
#include "giemsa/core/version.h"
#include "giemsa/data/findings.h"
#include "giemsa/eval/evaluation.h"
#include "giemsa/eval/report.h"
#include "giemsa/predict/classifier.h"
#include "giemsa/run/epoch_record.h"
#include "giemsa/split/split.h"

namespace giemsa {

namespace fs = std::filesystem;

namespace {

struct Arguments {
  std::string model, data, part, split_file, out;
  int threads = 0;
};

/// The source's label numbers as the model's: matched by class name. Throws Data for a class that the model
/// lacks.
std::vector<int> match_classes(const Source& source, const Classifier& classifier) {
  std::vector<int> match;
  for (const std::string& name : source.classes()) {
    const auto& known = classifier.classes();
    const auto found = std::find(known.begin(), known.end(), name);
    require(found != known.end(), ErrorKind::Data,
            fmt::format("[evaluate] the data has the class '{}', the model does not", name),
            "the model's classes: " + join(known, ", "));
    match.push_back(static_cast<int>(found - known.begin()));
  }
  return match;
}

/// The folder of the run that made the model, or "" when it does not lie in one.
fs::path run_folder(const fs::path& model) {
  const fs::path folder = fs::canonical(model);
  for (const fs::path& candidate : {folder, folder.parent_path()}) {
    if (fs::exists(candidate / "config.toml") && fs::exists(candidate / "split.csv")) return candidate;
  }
  return {};
}

/// Whether a split.csv speaks of these data: it names at least one of their pictures.
bool speaks_of(const fs::path& split, const Source& source) {
  const CsvTable table = CsvTable::read(split);
  const std::size_t path = table.column("path");
  std::set<std::string_view> known;
  for (const Record& record : source.records()) known.insert({record.path, record.id});
  return std::any_of(table.rows().begin(), table.rows().end(),
                     [&](const auto& row) { return known.contains(row[path]); });
}

/// What is measured: some records, and the split that they are a part of, if any.
struct Chosen {
  std::string part;
  std::optional<Split> split;
  std::vector<std::size_t> records;
};

/// A model must not be measured on what it was trained on by accident: without --split, the test part (or
/// else the validation part) of the run's own split, when the data are those of the run; all pictures
/// otherwise.
Chosen choose(const Arguments& args, const Source& source) {
  Chosen chosen{args.part, std::nullopt, {}};
  const fs::path run = run_folder(args.model);
  if (!args.split_file.empty()) {
    chosen.split = read_split(args.split_file, source);
  } else if (args.part != "all" && !run.empty() && speaks_of(run / "split.csv", source)) {
    chosen.split = read_split(run / "split.csv", source);
  } else if (args.part != "all" && !args.part.empty()) {
    chosen.split = official_split(source);
  }
  if (chosen.part.empty()) {
    chosen.part = !chosen.split ? "all" : chosen.split->members(Part::Test).empty() ? "val" : "test";
  }
  if (chosen.part == "all") {
    chosen.records.resize(source.records().size());
    std::iota(chosen.records.begin(), chosen.records.end(), std::size_t{0});
  } else {
    chosen.records = chosen.split->members(parse_part(chosen.part, "--split"));
  }
  require(!chosen.records.empty(), ErrorKind::Data,
          fmt::format("[evaluate] the part '{}' is empty", chosen.part), "--split train, val, test or all");
  return chosen;
}

/// The readable pictures' predictions, in the order of `records`.
Predictions collect(const Source& source, const Classifier& classifier, std::span<const int> label_of,
                    std::span<const std::size_t> records, const Answers& answers) {
  const std::size_t classes = classifier.classes().size();
  Predictions predictions;
  predictions.classes = classifier.classes();
  for (std::size_t i = 0; i < records.size(); ++i) {
    if (!answers.readable[i]) continue;
    const Record& record = source.records()[records[i]];
    predictions.ids.push_back(record.id);
    predictions.paths.push_back(record.path);
    predictions.labels.push_back(record.label < 0 ? -1 : label_of[record.label]);
    const float* row = answers.probabilities.data() + i * classes;
    predictions.probabilities.insert(predictions.probabilities.end(), row, row + classes);
  }
  return predictions;
}

void print_evaluation(const Evaluation& evaluation) {
  fmt::print("{:<20} {:>9} {:>9} {:>9} {:>9} {:>8}\n", "class", "precision", "recall", "F1", "ROC AUC",
             "support");
  const auto row = [](const ClassScores& s) {
    fmt::print("{:<20} {:>9.4f} {:>9.4f} {:>9.4f} {:>9.4f} {:>8}\n", s.name, s.precision, s.recall, s.f1,
               s.roc_auc, s.support);
  };
  for (const ClassScores& scores : evaluation.classes) row(scores);
  row(evaluation.macro);
  row(evaluation.weighted);
  fmt::print("\naccuracy {:.4f}, balanced accuracy {:.4f}, on {} pictures\n", evaluation.accuracy,
             evaluation.balanced_accuracy, evaluation.count);
}

/// Counts per class of the model; classes that only the model knows have none.
std::vector<std::array<std::size_t, 3>> split_counts(const Split& split, const Source& source,
                                                     std::span<const int> label_of, std::size_t classes) {
  std::vector<std::array<std::size_t, 3>> counts(classes);
  const auto of_source = count_split(split, source);
  for (std::size_t c = 0; c < of_source.size(); ++c) counts[label_of[c]] = of_source[c];
  return counts;
}

void evaluate_command(const Arguments& args) {
  const auto source = open_source(args.data);
  say_findings(source->findings());
  const Classifier classifier(read_model(args.model));
  const std::vector<int> label_of = match_classes(*source, classifier);
  const Chosen chosen = choose(args, *source);
  const std::vector<std::size_t>& records = chosen.records;
  say("measuring {} pictures (part: {})", records.size(), chosen.part);
  const fs::path out = args.out;
  prepare_output_folder(out);

  ProgressBar bar("Evaluate");
  const Answers answers = classify_all(
      classifier, records.size(), [&](std::size_t i) { return source->load(records[i]); },
      [&](std::size_t i) { return source->records()[records[i]].id; }, args.threads, bar.callback());
  bar.finish();
  say_findings(answers.findings);
  const Predictions predictions = collect(*source, classifier, label_of, records, answers);
  require(predictions.size() > 0, ErrorKind::Data, "[evaluate] no picture could be read");
  const Evaluation evaluation = evaluate(predictions);
  const std::vector<std::pair<std::string, std::string>> context{{"giemsa", std::string(version())},
                                                                 {"model", args.model},
                                                                 {"network", classifier.model().network},
                                                                 {"data", args.data},
                                                                 {"part", chosen.part}};
  write_predictions(out / "predictions.csv", predictions);
  write_findings(out / "findings.csv", answers.findings);
  write_atomic(out / "evaluation.json", to_json(evaluation, context));

  std::vector<std::size_t> picture_of;  // prediction → record
  for (std::size_t i = 0; i < records.size(); ++i) {
    if (answers.readable[i]) picture_of.push_back(records[i]);
  }
  ReportInput report;
  report.title = fmt::format("{} on {}", classifier.model().network, fs::path(args.data).filename().string());
  report.part = chosen.part;
  report.evaluation = evaluation;
  report.predictions = predictions;
  report.picture = [&](std::size_t i) { return source->load(picture_of[i]); };
  report.card = {{"Network", classifier.model().network},
                 {"Classes", join(classifier.classes(), ", ")},
                 {"Input", fmt::format("{} px", classifier.model().preprocess.input_px)}};
  report.made = context;
  for (const auto& fact : classifier.model().facts) report.card.push_back(fact);
  if (chosen.split)
    report.counts = split_counts(*chosen.split, *source, label_of, classifier.classes().size());
  if (const fs::path run = run_folder(args.model); !run.empty()) {
    if (fs::exists(run / "metrics.jsonl")) report.epochs = read_metrics(run / "metrics.jsonl");
    report.config_toml = read_text(run / "config.toml");
  }
  print_evaluation(evaluation);
  write_report(out, report);
  say("predictions.csv, evaluation.json and report.html are in {}", args.out);
}

}  // namespace

void add_evaluate_command(CLI::App& app) {
  auto args = std::make_shared<Arguments>();
  CLI::App* command =
      app.add_subcommand("evaluate", "Measure a model on labelled pictures and write the report");
  command->add_option("DATA", args->data, "Class folders, .npz or .csv manifest")->required();
  command->add_option("--model", args->model, "A model folder, or a run folder of giemsa train")->required();
  command
      ->add_option("--split", args->part,
                   "Which part to measure: train, val, test, or all pictures.\n"
                   "Default: the test part of the run that made the model; all pictures of other data")
      ->check(CLI::IsMember({"train", "val", "test", "all"}));
  command->add_option("--split-file", args->split_file,
                      "A split.csv; default: the run's own, or the source's");
  command->add_option("--out", args->out, "Folder for predictions.csv, evaluation.json and report.html")
      ->required();
  command->add_option("--threads", args->threads, "0: one per processor")->check(CLI::Range(0, 1024));
  command->footer("Example:\n  giemsa evaluate cells --model run --split test --out evaluation");
  command->callback([args] { evaluate_command(*args); });
}

}  // namespace giemsa
