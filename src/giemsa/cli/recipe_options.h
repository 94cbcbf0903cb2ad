#pragma once
#include <functional>
#include <string>
#include <vector>

#include "giemsa/run/config.h"
#include "giemsa/tune/trainer_call.h"

namespace CLI {
class App;
class Option;
}  // namespace CLI

namespace giemsa {

// What the commands that train many times have in common.

/// The options that say what is trained, as those of `giemsa train`.
struct RecipeArguments {
  std::string recipe = "transfer", model = {}, weights = {};
  std::vector<std::string> settings = {};
};

/// Adds --recipe, --model, --weights and --set; returns them, since a resumed run takes none of them.
std::vector<CLI::Option*> add_recipe_options(CLI::App& command, RecipeArguments& args);

/// Defaults < recipe < flags, the short flags before --set. Throws Usage.
Config recipe_of(const RecipeArguments& args);

/// This program's `train`. Throws Usage when giemsa was built without it.
Trainer own_trainer(const std::string& data);

/// Calls work(); a signal that stops it ends this program by that signal, after a word on how to go on.
void run_stoppable(const std::string& out, const std::function<void()>& work);

}  // namespace giemsa
