#include "giemsa/cli/viewing_options.h"

#include <CLI/CLI.hpp>

#include "giemsa/cli/talk.h"
#include "giemsa/image/symmetry.h"

namespace giemsa {

Viewing ViewingArguments::over(Viewing viewing) const {
  if (views) viewing.views = *views;
  if (standardise) viewing.standardise = *standardise;
  if (cut_frames) viewing.cut_frames = *cut_frames;
  if (second_looks) viewing.second_looks = *second_looks;
  return viewing;
}

void ViewingArguments::apply(Model& model) const {
  const Viewing viewing = over(model.viewing);
  if (viewing != model.viewing && !model.trust.empty()) {
    say("the model was calibrated for pictures that are shown in another way: its probabilities may be off "
        "(giemsa calibrate takes the same options)");
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
  command.add_flag_callback(
      "--cut-frames", [&args] { args.cut_frames = true; },
      "Cut whole frames of a microscope, such as CellaVision's of 360 x 363 px, to the cell in their "
      "middle;\n"
      "crops stay whole. Default: the model's own");
  command.add_flag_callback(
      "--no-cut-frames", [&args] { args.cut_frames = false; },
      "Look at pictures as they are framed, whatever the model's own way is");
  command.add_flag_callback(
      "--second-looks", [&args] { args.second_looks = true; },
      "Look again, in a deeper stain and from further away, at pictures that are unusual for the model.\n"
      "Default: the model's own");
  command.add_flag_callback(
      "--no-second-looks", [&args] { args.second_looks = false; }, "Look once at every picture");
}

}  // namespace giemsa
