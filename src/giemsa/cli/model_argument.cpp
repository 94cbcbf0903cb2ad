#include "giemsa/cli/model_argument.h"

#include <CLI/CLI.hpp>

#include "giemsa/cli/talk.h"
#include "giemsa/run/model_box.h"

namespace giemsa {

void add_model_option(CLI::App& command, std::string& model) {
  command.add_option("--model", model,
                     "A model folder, a run folder of giemsa train, or the name of a model in the box.\n"
                     "Default: blood_cells, the model that comes with giemsa");
}

std::filesystem::path chosen_model(const std::string& argument) {
  if (!argument.empty()) return named_model(argument);
  const std::filesystem::path model = boxed_model();
  say("the model is {}", model.string());
  return model;
}

}  // namespace giemsa
