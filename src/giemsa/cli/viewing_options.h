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
  std::optional<bool> standardise, cut_frames, second_looks;

  /// The model's own viewing, changed by what was said.
  Viewing over(Viewing viewing) const;
  /// Makes the model see so for this call. Says on stderr when it was calibrated for another way.
  void apply(Model& model) const;
};

/// Adds --views, --standardise, --cut-frames, --second-looks.
void add_viewing_options(CLI::App& command, ViewingArguments& args);

}  // namespace giemsa
