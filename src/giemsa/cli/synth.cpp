#include "giemsa/synth/synthesise.h"

#include <CLI/CLI.hpp>
#include <memory>

#include "giemsa/cli/commands.h"
#include "giemsa/cli/talk.h"
#include "giemsa/synth/cell_painter.h"

namespace giemsa {

void add_synth_command(CLI::App& app) {
  struct Arguments {
    std::string folder;
    SynthesisOptions options;
  };
  auto args = std::make_shared<Arguments>();
  CLI::App* command = app.add_subcommand("synth", "Draw stained blood cells of eight classes");
  command->add_option("OUT", args->folder, "Folder to fill with OUT/<class>/<class>_00001.png …")->required();
  command->add_option("--per-class", args->options.per_class, "Pictures of each class")
      ->capture_default_str();
  command->add_option("--size", args->options.size_px, "Side of the pictures, 32 to 512 px")
      ->capture_default_str();
  command->add_option("--seed", args->options.seed, "Other seeds draw other cells")->capture_default_str();
  command->footer("Example:\n  giemsa synth cells --per-class 200 --size 96 --seed 1");
  command->callback([args] {
    ProgressBar bar("Draw");
    synthesise(args->folder, args->options, bar.callback());
    bar.finish();
    say("{} pictures of {} classes in {}", args->options.per_class * kCellClassCount, kCellClassCount,
        args->folder);
  });
}

}  // namespace giemsa
