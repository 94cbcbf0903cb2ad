#pragma once
#include <optional>

#include "giemsa/run/model_file.h"

namespace CLI {
class App;
}

namespace giemsa {

/// How pictures are shown to a model, where the command line says so.
struct ViewingArguments {
  std::optional<int> views;
  std::optional<bool> standardise;

  /// The model's own viewing, changed by what was said.
  Viewing over(Viewing viewing) const;
  /// Makes the model see so for this call. Says on stderr when it was calibrated for another way.
  void apply(Model& model) const;
};

/// Adds --views and --standardise.
void add_viewing_options(CLI::App& command, ViewingArguments& args);

}  // namespace giemsa
