// `giemsa adapt …` hands over to the program giemsa-train, as `giemsa train` does.

#include <CLI/CLI.hpp>

#include "giemsa/cli/commands.h"
#include "giemsa/cli/companion.h"

namespace giemsa {

void add_adapt_command(CLI::App& app) {
  CLI::App* command = app.add_subcommand(
      "adapt", "Teach a model another laboratory's cells from few pictures (giemsa adapt --help)");
  command->prefix_command();
  command->set_help_flag();
  command->callback([command] {
    std::vector<std::string> arguments = command->remaining();
    arguments.insert(arguments.begin(), kAdaptFlag);
    become_trainer(std::move(arguments));
  });
}

}  // namespace giemsa
