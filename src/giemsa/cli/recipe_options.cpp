#include "giemsa/cli/recipe_options.h"

#include <unistd.h>

#include <CLI/CLI.hpp>
#include <csignal>
#include <filesystem>

#include "giemsa/cli/talk.h"
#include "giemsa/core/error.h"
#include "giemsa/tune/jobs.h"

namespace giemsa {

namespace fs = std::filesystem;

std::vector<CLI::Option*> add_recipe_options(CLI::App& command, RecipeArguments& args) {
  const auto check_setting = [](const std::string& word) {  // --set takes all words that follow it
    const bool setting = word.find('=') != std::string::npos;
    return setting ? "" : fmt::format("'{}' is not key=value (DATA stands before --set)", word);
  };
  return {
      command.add_option("--recipe", args.recipe, "A recipe's name (giemsa config --list) or a .toml file")
          ->capture_default_str(),
      command.add_option("--model", args.model, "The network; same as --set model.name=…"),
      command.add_option("--weights", args.weights, "Weights to start from; same as --set model.weights=…"),
      command.add_option("--set", args.settings, "key=value …: any option of giemsa config")
          ->expected(1, -1)
          ->check(check_setting),
  };
}

Config recipe_of(const RecipeArguments& args) {
  Config config = load_recipe(args.recipe);
  if (!args.model.empty()) config.model.name = args.model;
  if (!args.weights.empty()) config.model.weights = args.weights;
  for (const std::string& setting : args.settings) apply_setting(config, setting);
  return config;
}

Trainer own_trainer(const std::string& data) {
  const fs::path program = fs::read_symlink("/proc/self/exe");
  require(fs::exists(program.parent_path() / "giemsa-train"), ErrorKind::Usage,
          fmt::format("[giemsa-train] {} is not there", (program.parent_path() / "giemsa-train").string()),
          "build giemsa with GIEMSA_TRAIN=ON (needs LibTorch)");
  return {program, {"train"}, data};
}

void run_stoppable(const std::string& out, const std::function<void()>& work) {
  try {
    work();
  } catch (const Interrupted& stopped) {
    say("\nstopped; --out {} --resume goes on", out);
    std::signal(stopped.signal(), SIG_DFL);
    std::raise(stopped.signal());
  }
}

}  // namespace giemsa
