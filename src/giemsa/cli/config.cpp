#include "giemsa/run/config.h"

#include <CLI/CLI.hpp>
#include <memory>

#include "giemsa/cli/commands.h"
#include "giemsa/cli/talk.h"
#include "giemsa/inspect/policy.h"
#include "giemsa/run/recipes.h"

namespace giemsa {

void add_config_command(CLI::App& app) {
  struct Arguments {
    std::string recipe;
    bool markdown = false, list = false, policy = false;
  };
  auto args = std::make_shared<Arguments>();
  CLI::App* command = app.add_subcommand("config", "Show every option of a recipe as TOML");
  command->add_option("RECIPE", args->recipe, "A recipe's name or a .toml file; without it, the defaults");
  command->add_flag("--list", args->list, "List the recipes");
  command->add_flag("--markdown", args->markdown, "The reference of all options (docs/config.md)");
  command->add_flag("--policy", args->policy, "The rules of 'inspect' and 'clean' instead");
  command->footer("Examples:\n  giemsa config transfer > mine.toml\n  giemsa config --policy > policy.toml");
  command->callback([args] {
    if (args->list) {
      for (const Recipe& recipe : recipes()) fmt::print("{}\n", recipe.name);
    } else if (args->policy) {
      CleanPolicy policy;
      fmt::print("{}", to_toml([&](OptionVisitor& visit) { describe(visit, policy); }, true));
    } else if (args->markdown) {
      fmt::print("{}", config_markdown());
    } else {
      Config config;
      if (!args->recipe.empty()) config = load_recipe(args->recipe);
      fmt::print("{}", to_toml(config, true));
    }
  });
}

}  // namespace giemsa
