// `giemsa train …` hands over to the program giemsa-train, which links LibTorch; this one stays quick to
// start.

#include <CLI/CLI.hpp>

#include "giemsa/cli/commands.h"
#include "giemsa/cli/companion.h"

namespace giemsa {

void add_train_command(CLI::App& app) {
  CLI::App* command = app.add_subcommand("train", "Train a network on a data set (giemsa train --help)");
  command->prefix_command();
  command->set_help_flag();
  command->callback([command] { become_trainer(command->remaining()); });
}

}  // namespace giemsa
