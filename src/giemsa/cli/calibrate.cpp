#include <CLI/CLI.hpp>
#include <memory>

#include "giemsa/cli/calibration_run.h"
#include "giemsa/cli/class_map.h"
#include "giemsa/cli/commands.h"
#include "giemsa/cli/measured_part.h"
#include "giemsa/cli/talk.h"
#include "giemsa/cli/viewing_options.h"
#include "giemsa/core/error.h"

namespace giemsa {
namespace {

struct Arguments {
  std::string model, data, split_file;
  std::vector<std::string> class_map;
  ViewingArguments viewing;
  TrustOptions trust;
  std::size_t remembered = kRememberedPictures;
  int threads = 0;
};

void print_figures(const TrustFigures& f) {
  fmt::print("{} validation pictures, each judged by a fit to the others ({} folds)\n\n", f.pictures,
             f.folds);
  const auto row = [](const char* name, const std::string& value) { fmt::print("{:<34} {}\n", name, value); };
  row("accuracy", fmt::format("{:.2f} %", 100 * f.accuracy));
  row("calibration error (ECE)", fmt::format("{:.4f} before, {:.4f} after", f.ece_before, f.ece_after));
  row("log-loss", fmt::format("{:.4f} before, {:.4f} after", f.log_loss_before, f.log_loss_after));
  row(fmt::format("conformal sets at {:g} %", 100 * f.level).c_str(),
      fmt::format("{:.2f} % hold the truth, {:.3f} classes each, {:.2f} % are empty", 100 * f.set_coverage,
                  f.set_size, 100 * f.empty_sets));
  row(fmt::format("answered, of {:g} % wanted", 100 * f.coverage).c_str(),
      fmt::format("{:.2f} %, {:.2f} % of them rightly", 100 * f.answered, 100 * f.answered_accuracy));
  row("not answered",
      fmt::format("{:.2f} % unlike the training cells, {:.2f} % not sure", 100 * f.unlike, 100 * f.unsure));
}

void calibrate_command(const Arguments& args) {
  const auto source = open_source(args.data);
  say_findings(source->findings());
  const Model model = read_model(args.model);
  const std::vector<int> match = match_classes(source->classes(), model.classes, args.class_map);
  const MeasuredPart part = choose_part(*source, "val", args.split_file, run_folder_of(args.model), match);
  const CalibratedModel calibrated =
      calibrate_in_place(args.model, args.viewing.over(model.viewing), *source, *part.split, match,
                         args.trust, args.remembered, args.threads);
  print_figures(calibrated.figures);
  say("{} is calibrated", args.model);
}

}  // namespace

void add_calibrate_command(CLI::App& app) {
  auto args = std::make_shared<Arguments>();
  CLI::App* command = app.add_subcommand(
      "calibrate", "Fit a model's probabilities, sets and abstention to validation pictures");
  command->add_option("DATA", args->data, "The data that the model was trained on")->required();
  command
      ->add_option("--model", args->model,
                   "A model folder, or a run folder of giemsa train; it is changed in place")
      ->required();
  command->add_option(
      "--split-file", args->split_file,
      "A split.csv: fitted are its val part and, for what the cells look like, its train part;\n"
      "default: the run's own, or the source's");
  command
      ->add_option("--class-map", args->class_map, "NAME=CLASS …: the model's class for a class of the data")
      ->expected(1, -1);
  add_viewing_options(*command, args->viewing);
  command->add_option("--calibration", args->trust.calibration, "How probabilities are calibrated")
      ->check(CLI::IsMember({"temperature", "vector", "none"}))
      ->capture_default_str();
  command
      ->add_option("--level", args->trust.level, "Share of the conformal sets that shall hold the true class")
      ->check(CLI::Range(0.0, 1.0))
      ->capture_default_str();
  command->add_option("--coverage", args->trust.coverage, "Share of validation cells that shall be answered")
      ->check(CLI::Range(0.0, 1.0))
      ->capture_default_str();
  command
      ->add_option("--familiar", args->trust.familiar,
                   "Share of validation cells that shall not count as unlike the training cells")
      ->check(CLI::Range(0.0, 1.0))
      ->capture_default_str();
  command
      ->add_option(
          "--usual", args->trust.usual,
          "Share of validation cells that shall not count as unusual: others are thought less sure, and\n"
          "looked at again where --second-looks asks for it")
      ->check(CLI::Range(0.0, 1.0))
      ->capture_default_str();
  command
      ->add_option("--memory", args->remembered,
                   "Training pictures of each class that the model keeps inner values of, for giemsa adapt;\n"
                   "0: none")
      ->check(CLI::Range(0, 10'000))
      ->capture_default_str();
  command->add_option("--threads", args->threads, "0: one per processor")->check(CLI::Range(0, 1024));
  command->footer(
      "giemsa train does this by itself; again, it is of use with other options, data or views.\n\n"
      "Example:\n  giemsa calibrate cells --model run --coverage 0.95");
  command->callback([args] { calibrate_command(*args); });
}

}  // namespace giemsa
