// The program behind `giemsa train` and `giemsa adapt`. It alone links LibTorch.

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <cstdlib>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "adapt_program.h"
#include "giemsa/cli/calibration_run.h"
#include "giemsa/cli/class_map.h"
#include "giemsa/cli/companion.h"
#include "giemsa/cli/program.h"
#include "giemsa/cli/talk.h"
#include "giemsa/core/error.h"
#include "giemsa/core/progress.h"
#include "giemsa/data/measuring_only.h"
#include "giemsa/eval/rate_finder_figure.h"
#include "giemsa/train/find_rate.h"
#include "giemsa/train/trainer.h"

namespace {

using namespace giemsa;
namespace fs = std::filesystem;

constexpr const char* kDefaultRecipe = "transfer";

struct Arguments {
  std::string data, out;
  std::optional<std::string> recipe;
  std::vector<std::string> settings;
  std::string model, weights, split;
  std::optional<std::int64_t> seed;
  TrainLaunch launch;
  bool no_calibrate = false;
  bool find_rate = false;
  std::size_t stage = 1;  ///< of --find-rate, from 1
};

/// Defaults < recipe < flags, the short flags before --set.
Config configure(const Arguments& args) {
  Config config = load_recipe(args.recipe.value_or(kDefaultRecipe));
  if (!args.model.empty()) config.model.name = args.model;
  if (!args.weights.empty()) config.model.weights = args.weights;
  if (!args.split.empty()) config.data.split = args.split;
  if (args.seed) apply_setting(config, fmt::format("train.seed={}", *args.seed));
  for (const std::string& setting : args.settings) apply_setting(config, setting);
  return config;
}

/// Progress bars and lines on stderr.
class Talker {
 public:
  TrainObserver observer() {
    return {
        .say = [](const std::string& line) { say("{}", line); },
        .decoded = [this](std::uint64_t done, std::uint64_t total) { show(decode_, "Decode", done, total); },
        .remembered = [this](std::uint64_t done,
                             std::uint64_t total) { show(features_, "Features", done, total); },
        .stepped =
            [this](std::int64_t epoch, std::int64_t step, std::int64_t steps, double loss, double accuracy,
                   double rate) {
              if (step == 1) bar_.emplace(fmt::format("Epoch {}", epoch), "steps");
              const std::string speed = rate > 0 ? fmt::format(", {:.0f} images/s", rate) : "";
              bar_->update(step, steps,
                           fmt::format("loss {:.3f}, accuracy {:.1f} %{}", loss, 100 * accuracy, speed));
              if (step == steps) bar_->finish();
            },
        .epoch_ended =
            [](const EpochRecord& r) {
              say("epoch {} ({}): train loss {:.3f}, accuracy {:.2f} % | val loss {:.3f}, accuracy "
                  "{:.2f} %{} | "
                  "{:.0f} images/s, {:.0f} s",
                  r.epoch, r.stage, r.train_loss, 100 * r.train_accuracy, r.val_loss, 100 * r.val_accuracy,
                  r.best ? " (best)" : "", r.images_per_second, r.seconds);
            }};
  }

 private:
  /// Called by several threads; each pass over the pictures has a bar of its own.
  void show(std::optional<ProgressBar>& bar, const char* title, std::uint64_t done, std::uint64_t total) {
    const std::lock_guard lock(mutex_);
    if (!bar) bar.emplace(title);
    bar->update(done, total);
    if (done == total) bar.reset();
  }

  std::mutex mutex_;
  std::optional<ProgressBar> decode_, features_, bar_;
};

void tell_rate(const Arguments& args, const FoundRate& found) {
  const RateSuggestion& s = found.suggestion;
  draw_rate_finder(args.out, {found.rates, found.losses, found.smoothed, s.steepest, s.lowest_tenth});
  fmt::print("{:.2g}\n", s.steepest);
  say("the loss falls fastest at {:.2g}; a tenth of where it is lowest is {:.2g}\n"
      "{}/learning_rate.svg shows the curve; try --set stages.{}.lr={:.2g}",
      s.steepest, s.lowest_tenth, args.out, args.stage - 1, s.steepest);
}

/// Makes the new model's probabilities, sets and abstention ones to trust.
void calibrate(const Arguments& args, const Source& source) {
  const Split split = read_split(fs::path(args.out) / "split.csv", source);
  const std::size_t pictures = split.members(Part::Val).size();
  if (pictures < kLeastValidationPictures) {
    return say("the model is not calibrated: that takes {} validation pictures, here are {}",
               kLeastValidationPictures, pictures);
  }
  const Model model = read_model(args.out);
  const std::vector<int> match = match_classes(source.classes(), model.classes, {});
  TrustFigures f;
  try {
    f = calibrate_in_place(args.out, model.viewing, source, split, match, TrustOptions{}, kRememberedPictures,
                           /*threads=*/0)
            .figures;
  } catch (const Error& error) {  // the training has succeeded all the same
    if (error.kind() != ErrorKind::Data) throw;
    return say("the model is not calibrated: {}", error.message());
  }
  say("calibrated: error {:.4f} (before {:.4f}); answers {:.1f} % of the validation pictures, {:.2f} % of "
      "them rightly",
      f.ece_after, f.ece_before, 100 * f.answered, 100 * f.answered_accuracy);
}

void run(const Arguments& args) {
  if (args.launch.resume) {
    require(!args.recipe && args.settings.empty() && args.model.empty() && args.weights.empty() &&
                args.split.empty() && !args.seed,
            ErrorKind::Usage, "[train] --resume goes on with the run's own configuration",
            "leave out --recipe, --set, --model, --weights, --split and --seed");
  }
  Config config;
  if (!args.launch.resume) config = configure(args);
  require(!made_by_corrupt(fs::path(args.data)), ErrorKind::Usage,
          fmt::format("[train] {} was made by giemsa corrupt, for measuring alone", args.data),
          "train on the pictures that it was made of");
  const auto source = open_source(args.data);
  Talker talker;
  const bool speaks = args.launch.peers.rank == 0;
  const TrainObserver observer = speaks ? talker.observer() : TrainObserver{};
  if (args.find_rate) {
    require(!args.launch.resume && args.launch.stop_after == 0, ErrorKind::Usage,
            "[train] --find-rate is no run to resume or to stop", "leave out --resume and --stop-after");
    require(args.launch.peers.count == 1, ErrorKind::Usage, "[train] --find-rate is for one process",
            "start it without torchrun, srun or mpirun");
    return tell_rate(args, find_rate(*source, config, args.out, args.stage - 1, {}, observer));
  }
  const TrainResult result = train(*source, config, args.out, args.launch, observer);
  if (result.best_epoch == 0 || !speaks) return;
  say("best: epoch {}, validation accuracy {:.2f} %; its model is {}/model.giemsa", result.best_epoch,
      100 * result.val_accuracy, args.out);
  if (!args.no_calibrate) calibrate(args, *source);
}

}  // namespace

int main(int argc, char** argv) {
  if (argc > 1 && argv[1] == std::string_view(kAdaptFlag)) return adapt_program(argc - 1, argv + 1);
  Arguments args;
  CLI::App app("Train a network on a data set, and leave a run folder with the model.", "giemsa train");
  app.add_option("DATA", args.data, "Class folders, .npz or .csv manifest")->required();
  app.add_option("--recipe", args.recipe, "A recipe's name (giemsa config --list) or a .toml file")
      ->default_str(kDefaultRecipe);
  app.add_option("--out", args.out, "The run folder to make")->required();
  app.add_option("--model", args.model, "The network (giemsa models lists them); same as --set model.name=…");
  app.add_option(
      "--weights", args.weights,
      "Weights to start from: safetensors, .pth, .h5, or a fetched name; same as --set model.weights=…");
  app.add_option("--split", args.split, "A split.csv; same as --set data.split=…");
  app.add_option("--seed", args.seed, "Same as --set train.seed=…");
  app.add_option("--set", args.settings, "key=value …: any option of giemsa config")
      ->expected(1, -1)
      ->check([](const std::string& word) {  // --set takes all words that follow it
        const bool setting = word.find('=') != std::string::npos;
        return setting ? "" : fmt::format("'{}' is not key=value (DATA stands before --set)", word);
      });
  app.add_flag("--resume", args.launch.resume, "Go on with the run in --out after its last finished epoch");
  app.add_option("--stop-after", args.launch.stop_after,
                 "End after this many epochs in all, as if interrupted; --resume goes on")
      ->check(CLI::PositiveNumber);
  app.add_flag("--no-calibrate", args.no_calibrate,
               "Leave the model's probabilities as they are (giemsa calibrate)");
  app.add_flag("--find-rate", args.find_rate,
               "Train no network, but try growing learning rates, and suggest one (figure in --out)");
  app.add_option("--stage", args.stage, "The stage of --find-rate, from 1")
      ->default_str("1")
      ->check(CLI::PositiveNumber);
  app.footer(
      "Examples:\n"
      "  giemsa train cells --recipe quickstart --out run\n"
      "  giemsa train pbc --weights mobilenet_v2.safetensors --set data.crop_px=200 --out run\n"
      "  giemsa train cells --out run --resume\n"
      "  giemsa train cells --recipe quickstart --find-rate --out rates");
  app.callback([&] {
    args.launch.peers = peer_environment([](const char* name) { return std::getenv(name); });
    run(args);
  });
  return run_program(app, argc, argv);
}
