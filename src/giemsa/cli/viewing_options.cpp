#include "giemsa/cli/viewing_options.h"

#include <CLI/CLI.hpp>

#include "giemsa/cli/talk.h"
#include "giemsa/image/symmetry.h"

namespace giemsa {

Viewing ViewingArguments::over(Viewing viewing) const {
  if (views) viewing.views = *views;
  if (standardise) viewing.standardise = *standardise;
  return viewing;
}

void ViewingArguments::apply(Model& model) const {
  const Viewing viewing = over(model.viewing);
  if (viewing != model.viewing && !model.trust.empty()) {
    say("the model was calibrated for pictures that are shown in another way: its probabilities may be off "
        "(giemsa calibrate takes --views and --standardise, too)");
  }
  model.viewing = viewing;
}

void add_viewing_options(CLI::App& command, ViewingArguments& args) {
  command
      .add_option("--views", args.views,
                  "Symmetries of each picture to average over: 1, or 8 for flips and quarter turns\n"
                  "(test-time augmentation; eight times the work). Default: the model's own, usually 1")
      ->check(CLI::IsMember({1, kSymmetryCount}));
  command.add_flag_callback(
      "--standardise", [&args] { args.standardise = true; },
      "Bring each picture's clear ground to a reference colour first.\n"
      "Default: the model's own, usually not");
  command.add_flag_callback(
      "--no-standardise", [&args] { args.standardise = false; },
      "Leave colours as they are, whatever the model's own way is");
}

}  // namespace giemsa
