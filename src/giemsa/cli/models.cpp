#include <CLI/CLI.hpp>
#include <memory>

#include "giemsa/cli/commands.h"
#include "giemsa/cli/talk.h"
#include "giemsa/core/text.h"
#include "giemsa/graph/layer_table.h"
#include "giemsa/models/registry.h"

namespace giemsa {

namespace {

void list_models(const ModelOptions& options) {
  fmt::print("{:<20} {:>12} {:>14}  {}\n", "network", "parameters", "multiply-adds", "what");
  for (const ModelEntry& entry : model_registry()) {
    const LayerTable table = layer_table(build_model(entry.name, options));
    fmt::print("{:<20} {:>12} {:>14}  {}\n", entry.name, with_thousands(table.params),
               with_thousands(table.multiply_adds), entry.description);
  }
  fmt::print("\nfor {} classes and an input of {} px\n", options.classes, options.input_px);
}

void show_model(const std::string& name, const ModelOptions& options) {
  const ModelEntry& entry = find_model(name);
  const LayerTable table = layer_table(build_model(name, options));
  fmt::print("{}: {}{}{}\n\n", entry.name, entry.description, entry.paper.empty() ? "" : ", ", entry.paper);
  fmt::print("{:>4}  {:<36} {:<14} {:<14} {:>12} {:>14}\n", "", "layer", "kind", "output", "parameters",
             "multiply-adds");
  for (const LayerRow& row : table.rows) {
    // The sign × takes two bytes and one column, so the width is counted by hand.
    const std::string shape = to_string(row.shape);
    const std::size_t signs = row.shape.is_vector() ? 0 : 2;
    fmt::print("{:>4}  {:<36} {:<14} {:<{}} {:>12} {:>14}\n", row.index, row.name, row.op, shape, 14 + signs,
               with_thousands(row.params), with_thousands(row.multiply_adds));
  }
  fmt::print("\n{} parameters, {} of them trainable; {} multiply-adds for a picture\n",
             with_thousands(table.params), with_thousands(table.trainable),
             with_thousands(table.multiply_adds));
}

}  // namespace

void add_models_command(CLI::App& app) {
  struct Arguments {
    std::string name;
    ModelOptions options;
  };
  auto args = std::make_shared<Arguments>();
  CLI::App* command = app.add_subcommand("models", "List the networks, or show one layer by layer");
  command->add_option("--classes", args->options.classes, "Classes to tell apart")
      ->check(CLI::Range(2, 10'000))
      ->capture_default_str();
  command->add_option("--size", args->options.input_px, "Side of the input, px")
      ->check(CLI::Range(4, 4096))
      ->capture_default_str();
  CLI::App* show = command->add_subcommand("show", "The layers of one network");
  show->add_option("NAME", args->name, "A name of the list")->required();
  show->fallthrough();
  show->footer("Example:\n  giemsa models show mobilenet_v2 --size 224");
  command->footer("Examples:\n  giemsa models\n  giemsa models show mobilenet_v2 --size 224");
  command->callback([args, show] {
    if (show->parsed()) {
      show_model(args->name, args->options);
    } else {
      list_models(args->options);
    }
  });
}

}  // namespace giemsa
