#include "adapt_program.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <filesystem>
#include <mutex>
#include <numeric>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "giemsa/cli/calibration_run.h"
#include "giemsa/cli/class_map.h"
#include "giemsa/cli/program.h"
#include "giemsa/cli/talk.h"
#include "giemsa/core/error.h"
#include "giemsa/core/file.h"
#include "giemsa/core/progress.h"
#include "giemsa/data/measuring_only.h"
#include "giemsa/predict/shown_source.h"
#include "giemsa/run/model_box.h"
#include "giemsa/run/run_files.h"
#include "giemsa/split/few_split.h"
#include "giemsa/train/adapt.h"

namespace {

using namespace giemsa;
namespace fs = std::filesystem;

struct Arguments {
  std::string model, data, out, split_file;
  std::vector<std::string> class_map, settings;
  std::optional<std::int64_t> per_class, epochs, seed;
};

AdaptOptions options_of(const Arguments& args) {
  AdaptOptions options;
  if (args.per_class) options.per_class = *args.per_class;
  if (args.epochs) options.epochs = *args.epochs;
  if (args.seed) options.seed = *args.seed;
  const DescribeFunction description = [&](OptionVisitor& visit) { describe(visit, options); };
  for (const std::string& setting : args.settings) apply_setting(description, setting);
  return options;
}

/// What is learned (train) and what is left to measure (val, test). Pictures of a split file's train part
/// that are too many are in no part.
Split choose(const Source& source, std::span<const int> match, const std::string& split_file,
             const AdaptOptions& options) {
  FewOptions few{.per_class = static_cast<std::size_t>(options.per_class),
                 .seed = static_cast<std::uint64_t>(options.seed)};
  std::vector<std::size_t> all(source.records().size());
  std::iota(all.begin(), all.end(), std::size_t{0});
  if (split_file.empty()) return few_split(source, all, match, few);
  few.leaves_some = false;
  Split given = read_split(split_file, source);
  const Split chosen = few_split(source, given.members(Part::Train), match, few);
  for (std::size_t i = 0; i < all.size(); ++i) {
    if (given.parts[i] == Part::Train && chosen.parts[i] != Part::Train) given.parts[i] = Part::None;
  }
  return given;
}

/// One bar for what is under way; several threads report.
class Talker {
 public:
  AdaptObserver observer() {
    return {
        .decoded = [this](std::uint64_t done, std::uint64_t total) { show(decode_, "Decode", done, total); },
        .remembered = {},
        .stepped = [this](std::uint64_t done, std::uint64_t total) { show(adapt_, "Adapt", done, total); }};
  }

 private:
  void show(std::optional<ProgressBar>& bar, const char* title, std::uint64_t done, std::uint64_t total) {
    const std::lock_guard lock(mutex_);
    if (!bar) bar.emplace(title, "steps");
    bar->update(done, total);
    if (done == total) bar.reset();
  }

  std::mutex mutex_;
  std::optional<ProgressBar> decode_, adapt_;
};

std::string percent(double share) { return fmt::format("{:.2f} %", 100 * share); }

/// What is known of the new model. What the old one's facts said of its answers no longer holds.
void tell_facts(Model& model, const std::string& data, const Split& split, const Source& source,
                const AdaptFigures& figures, std::size_t pictures, std::size_t classes) {
  forget_calibration(model);
  for (auto& [name, value] : model.facts) {
    if (name == "validation accuracy") name = "validation accuracy before it was adapted";
  }
  model.facts.emplace_back("adapted to", fmt::format("{} pictures of {} classes of {}", pictures, classes,
                                                     fs::canonical(data).filename().string()));
  model.facts.emplace_back("adaptation split sha256", split_hash(split, source));
  model.facts.emplace_back("accuracy there before", percent(figures.before));
  if (figures.after) model.facts.emplace_back("accuracy there (cross-fitted)", percent(*figures.after));
  model.facts.emplace_back(
      "accuracy on its memory",
      fmt::format("{} before, {} after", percent(figures.home_before), percent(figures.home_after)));
}

void print_figures(const AdaptFigures& figures, std::size_t pictures, std::size_t remembered) {
  fmt::print("{:<44} {:>9} {:>9}\n", "right answers", "before", "after");
  fmt::print("{:<44} {:>9} {:>9}\n", fmt::format("on {} pictures of the new laboratory", pictures),
             percent(figures.before), figures.after ? percent(*figures.after) : "–");
  fmt::print("{:<44} {:>9} {:>9}\n", fmt::format("on the {} training pictures in its memory", remembered),
             percent(figures.home_before), percent(figures.home_after));
  if (figures.after) fmt::print("after: each new picture by a model that was adapted to the others\n");
}

void run(const Arguments& args) {
  const AdaptOptions options = options_of(args);
  const RunFiles files{args.out};
  const fs::path asked = files.folder / "adapt.toml";  // not config.toml: no run that could be resumed
  require(!fs::exists(files.config()) && !fs::exists(asked), ErrorKind::Usage,
          fmt::format("[adapt] {} already holds a run", args.out), "another --out");
  require(!made_by_corrupt(fs::path(args.data)), ErrorKind::Usage,
          fmt::format("[adapt] {} was made by giemsa corrupt, for measuring alone", args.data),
          "adapt to the pictures that it was made of");
  Model model = read_model(named_model(args.model));
  // The second looks went by the old model's novelty. Pale nuclei are now always stained, before learning,
  // too.
  if (std::exchange(model.viewing.second_looks, false)) model.viewing.deepen_pale = true;
  const auto source = open_source(args.data);
  say_findings(source->findings());
  const std::vector<int> match = match_classes(source->classes(), model.classes, args.class_map);
  Split split = choose(*source, match, args.split_file, options);
  LaboratoryPictures pictures{split.members(Part::Train), {}};
  for (const std::size_t record : pictures.records)
    pictures.labels.push_back(match[static_cast<std::size_t>(source->records()[record].label)]);
  prepare_output_folder(args.out);

  Talker talker;
  const auto pictures_shown = shown(*source, model.viewing);
  AdaptedModel adapted = adapt(model, *pictures_shown, pictures, options, talker.observer());
  say_findings(adapted.findings);
  const std::set<std::int64_t> classes(pictures.labels.begin(), pictures.labels.end());
  tell_facts(adapted.model, args.data, split, *source, adapted.figures, adapted.records.size(),
             classes.size());
  write_model(files.model(), adapted.model);
  write_split(files.split(), split, *source);
  AdaptOptions used = options;
  write_atomic(asked, to_toml([&](OptionVisitor& visit) { describe(visit, used); }, true));

  print_figures(adapted.figures, adapted.records.size(), model.memory.pictures());
  say("adapted to {} pictures in {:.0f} s; the model is {}, {} says which pictures it learned",
      adapted.records.size(), adapted.seconds, files.model().string(), files.split().string());
  if (split.members(Part::Val).size() + split.members(Part::Test).size() > 0)
    say("measure it on the others: giemsa evaluate {} --model {} --out evaluation", args.data, args.out);
  say("its sets and its abstention are gone with what it was: giemsa calibrate HOME --model {} --split-file "
      "SPLIT, with the data and the split that the old model was trained on",
      args.out);
}

}  // namespace

int adapt_program(int argc, char** argv) {
  Arguments args;
  CLI::App app(
      "Teach a model another laboratory's cells from few labelled pictures; what it knew, it keeps.\n"
      "Leaves a folder with the new model.",
      "giemsa adapt");
  app.add_option("MODEL", args.model,
                 "A model folder, a run folder of giemsa train, or the name of a model in the box;\n"
                 "it needs a memory (giemsa calibrate)")
      ->required();
  app.add_option("DATA", args.data,
                 "Labelled pictures of the new laboratory: class folders, .npz or .csv manifest")
      ->required();
  app.add_option("--out", args.out, "The folder to make")->required();
  app.add_option("--per-class", args.per_class,
                 "Learn at most so many pictures of each class, and at most three quarters; 0: all\n"
                 "(then none are left to measure on)")
      ->default_str("20")
      ->check(CLI::Range(0, 1'000'000));
  app.add_option("--split-file", args.split_file,
                 "A split.csv: its train part is learned, --per-class at most");
  app.add_option("--class-map", args.class_map,
                 "NAME=CLASS …: the model's class for a class of the data; NAME= leaves it out")
      ->expected(1, -1);
  app.add_option("--epochs", args.epochs, "Passes over the pictures; same as --set epochs=…")
      ->check(CLI::PositiveNumber);
  app.add_option("--seed", args.seed, "Same as --set seed=…")->check(CLI::NonNegativeNumber);
  app.add_option("--set", args.settings, "key=value …: any option of docs/adapt.md")
      ->expected(1, -1)
      ->check([](const std::string& word) {  // --set takes all words that follow it
        const bool setting = word.find('=') != std::string::npos;
        return setting ? "" : fmt::format("'{}' is not key=value (MODEL and DATA stand before --set)", word);
      });
  app.footer(
      "Examples:\n"
      "  giemsa adapt blood_cells our_cells --out ours\n"
      "  giemsa adapt run other --per-class 10 --class-map band=neutrophil dirt= --out adapted\n"
      "  giemsa evaluate our_cells --model ours --out evaluation");
  app.callback([&] { run(args); });
  return run_program(app, argc, argv);
}
