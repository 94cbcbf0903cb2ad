#include <CLI/CLI.hpp>
#include <filesystem>
#include <memory>

#include "giemsa/cli/commands.h"
#include "giemsa/cli/talk.h"
#include "giemsa/core/error.h"
#include "giemsa/core/text.h"
#include "giemsa/run/ensemble.h"

namespace giemsa {

void add_ensemble_command(CLI::App& app) {
  struct Arguments {
    std::vector<std::string> models;
    std::string out;
  };
  auto args = std::make_shared<Arguments>();
  CLI::App* command =
      app.add_subcommand("ensemble", "Join several models into one that averages their answers");
  command->add_option("MODEL", args->models, "Model folders, or run folders of giemsa train")
      ->required()
      ->expected(2, kMaxMembers);
  command->add_option("--out", args->out, "The new model folder")->required();
  command->footer(
      "The models need the same classes, not the same network or size of picture. The new one is used\n"
      "wherever a model is asked for; calibrate it anew.\n\n"
      "Example:\n  giemsa ensemble run1 run2 run3 --out ensemble.giemsa");
  command->callback([args] {
    std::vector<Model> members;
    for (const std::string& path : args->models) members.push_back(read_model(path));
    require(!std::filesystem::exists(args->out), ErrorKind::Usage,
            fmt::format("[ensemble] {} exists", args->out), "name a new folder");
    const Model ensemble = make_ensemble(std::move(members));
    write_model(args->out, ensemble);
    say("{} is in {}", ensemble.title(), args->out);
  });
}

}  // namespace giemsa
