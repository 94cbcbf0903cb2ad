#include <CLI/CLI.hpp>
#include <memory>

#include "giemsa/cli/commands.h"
#include "giemsa/cli/companion.h"
#include "giemsa/cli/talk.h"
#include "giemsa/cli/weights_inspect.h"
#include "giemsa/weights/catalogue.h"

namespace giemsa {

namespace {

void list_weights() {
  fmt::print("{:<28} {:<22} {:<8} {}\n", "name", "network", "fetched", "file");
  for (const PublishedWeights& entry : published_weights()) {
    fmt::print("{:<28} {:<22} {:<8} {}\n", entry.name, entry.network,
               cached_weights(entry.name) ? "yes" : "-", entry.file());
  }
  fmt::print("\nfetched files lie in {}\n", weights_cache().string());
}

}  // namespace

void add_weights_command(CLI::App& app) {
  struct Arguments {
    std::string file, model;
    bool json = false;
  };
  auto args = std::make_shared<Arguments>();
  CLI::App* command = app.add_subcommand("weights", "Fetch published weights, and look into weight files");
  command->require_subcommand(1);

  command->add_subcommand("list", "The published weights that can be fetched")->callback(list_weights);

  CLI::App* fetch = command->add_subcommand("fetch", "Fetch some (giemsa weights fetch --help)");
  fetch->prefix_command();
  fetch->set_help_flag();
  fetch->callback([fetch] {
    become_companion("giemsa-fetch", fetch->remaining(), "build and install it together with giemsa");
  });

  CLI::App* inspect = command->add_subcommand("inspect", "What a file holds, and which networks it fits");
  inspect->add_option("FILE", args->file, "A file of weights, or the name of fetched ones")->required();
  inspect->add_option("--model", args->model, "Show what goes where in this network");
  inspect->add_flag("--json", args->json, "For programs");
  inspect->footer(
      "Examples:\n  giemsa weights inspect mine.pth\n"
      "  giemsa weights inspect resnet50 --model resnet50");
  inspect->callback([args] { inspect_weights(weights_path(args->file), args->model, args->json); });

  command->footer(
      "Examples:\n  giemsa weights list\n  giemsa weights fetch resnet50\n"
      "  giemsa weights inspect resnet50");
}

}  // namespace giemsa
