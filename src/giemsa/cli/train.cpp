// `giemsa train …` hands over to the program giemsa-train, which links LibTorch; this one stays quick to
// start.

#include <CLI/CLI.hpp>
#include <cstdlib>

#include "giemsa/cli/commands.h"
#include "giemsa/cli/companion.h"

namespace giemsa {

namespace {

/// OpenMP's threads wait for each other by spinning, for milliseconds. When another program takes one of the
/// processors, the spinning keeps the late thread from running, and training becomes several times slower. A
/// short spin costs nothing measurable on a quiet machine. GNU's OpenMP reads this once, when a program
/// starts.
void shorten_spinning() {
  if (!std::getenv("OMP_WAIT_POLICY")) setenv("GOMP_SPINCOUNT", "3000", /*overwrite=*/0);
}

}  // namespace

void add_train_command(CLI::App& app) {
  CLI::App* command = app.add_subcommand("train", "Train a network on a data set (giemsa train --help)");
  command->prefix_command();
  command->set_help_flag();
  command->callback([command] {
    shorten_spinning();
    become_companion("giemsa-train", command->remaining(),
                     "build giemsa with GIEMSA_TRAIN=ON (needs LibTorch)");
  });
}

}  // namespace giemsa
