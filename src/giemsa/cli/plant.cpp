#include "giemsa/plant/plant.h"

#include <CLI/CLI.hpp>
#include <memory>

#include "giemsa/cli/commands.h"
#include "giemsa/cli/talk.h"
#include "giemsa/data/new_folder.h"

namespace giemsa {

void add_plant_command(CLI::App& app) {
  struct Arguments {
    std::string data, out, repeat = "1600,200", photos;
    PlantOptions options;
  };
  auto args = std::make_shared<Arguments>();
  PlantOptions& options = args->options;
  CLI::App* command =
      app.add_subcommand("plant", "Make a dirtied copy of a data set, with the truth about it");
  command->add_option("CLEAN", args->data, "Class folders, .npz or .csv manifest")->required();
  command->add_option("--out", args->out, "New folder for images/ and truth.csv")->required();
  command->add_option("--seed", options.seed, "Other seeds plant other faults")->capture_default_str();
  command->add_option("--cells", options.cells, "Pictures to take, the same share of every class; 0: all")
      ->capture_default_str();
  command
      ->add_option("--repeat", args->repeat,
                   "N,N:CLASS,…: pictures of no cell, each N times over all classes, or in one")
      ->capture_default_str();
  command->add_option("--exact-copies", options.exact_copies, "Every second one with another label")
      ->capture_default_str();
  command
      ->add_option("--near", options.near_duplicates, "Copies encoded again, resized, cropped, turned, lit")
      ->capture_default_str();
  command->add_option("--non-cells", options.non_cells, "Pictures of something else")->capture_default_str();
  command->add_option("--flips", options.flips_frac, "Share of the cells that get another label")
      ->capture_default_str();
  command->add_option("--corrupt", options.corrupt, "Files that are no pictures")->capture_default_str();
  command->add_option("--photos", args->photos, "Folder of photographs, to crop non-cells from");
  command->add_option("--size", options.size_px, "Side in px to resize everything to, as PNG; 0: as stored")
      ->capture_default_str();
  command->add_option("--threads", options.threads, "0: one per processor")->capture_default_str();
  command->footer(
      "The defaults are the faults of the reports' data; they need 335 cells or more.\n\nExamples:\n"
      "  giemsa plant images --cells 11959 --seed 1 --out dirty\n"
      "  giemsa plant cells --repeat 20 --near 5 --non-cells 5 --corrupt 5 --exact-copies 2 --out dirty");
  command->callback([args] {
    PlantOptions& wanted = args->options;
    wanted.repeats = parse_repeats(args->repeat);
    wanted.photos = args->photos;
    require_outside(args->out, args->data, "plant");
    const auto source = open_source(args->data);
    say_findings(source->findings());
    ProgressBar bar("Plant");
    const Planted planted = plant(*source, args->out, wanted, bar.callback());
    bar.finish();
    fmt::print("{:<16} {:>8}\n", "kind", "pictures");
    for (std::size_t k = 0; k < kPlantKindCount; ++k) {
      fmt::print("{:<16} {:>8}\n", kind_name(static_cast<PlantKind>(k)), planted.counts[k]);
    }
    say_findings(planted.findings);
    if (planted.left_out > 0) {
      say("{} pictures of {} left out: others have the same bytes", planted.left_out, args->data);
    }
    say("{} pictures in {}/images, the truth about them in {}/truth.csv", planted.pictures, args->out,
        args->out);
  });
}

}  // namespace giemsa
