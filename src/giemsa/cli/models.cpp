#include <CLI/CLI.hpp>
#include <memory>

#include "giemsa/cli/commands.h"
#include "giemsa/cli/talk.h"
#include "giemsa/core/text.h"
#include "giemsa/graph/freeze.h"
#include "giemsa/graph/layer_table.h"
#include "giemsa/graph/memory.h"
#include "giemsa/models/head.h"
#include "giemsa/models/registry.h"

namespace giemsa {

namespace {

struct Arguments {
  std::string name, freeze = "none";
  ModelOptions options;
};

std::string megabytes(std::int64_t bytes) {
  return fmt::format("{:.1f} MB", static_cast<double>(bytes) / 1e6);
}

void list_models(const ModelOptions& options) {
  fmt::print("{:<32} {:>12} {:>15}  {}\n", "network", "parameters", "multiply-adds", "what");
  for (const ModelEntry& entry : model_registry()) {
    ModelOptions at = options;
    at.input_px = std::max<std::int64_t>(at.input_px, entry.min_input_px);
    const LayerTable table = layer_table(build_model(entry.name, at));
    const std::string size = at.input_px == options.input_px ? "" : fmt::format(" (at {} px)", at.input_px);
    fmt::print("{:<32} {:>12} {:>15}  {}{}\n", entry.name, with_thousands(table.params),
               with_thousands(table.multiply_adds), entry.description, size);
  }
  fmt::print("\nfor {} classes and an input of {} px\n", options.classes, options.input_px);
}

/// The row's trained parameters: running statistics are never trained.
std::int64_t trained_params(const Graph& graph, const LayerRow& row, const std::vector<char>& frozen) {
  std::int64_t count = 0;
  for (const NodeId node : row.nodes) {
    if (frozen[node]) continue;
    for (const int p : graph.nodes[node].params) {
      if (!is_statistic(graph.params[p].kind)) count += graph.params[p].size();
    }
  }
  return count;
}

void show_rows(const Graph& graph, const LayerTable& table, const std::vector<char>& frozen) {
  std::size_t width = 5;
  for (const LayerRow& row : table.rows) width = std::max(width, row.name.size());
  fmt::print("{:>4}  {:<{}} {:<22} {:<14} {:>12} {:>12} {:>15}\n", "", "layer", width, "kind", "output",
             "parameters", "trained", "multiply-adds");
  for (const LayerRow& row : table.rows) {
    // The sign × takes two bytes and one column, so the width is counted by hand.
    const std::string shape = to_string(row.shape);
    const std::size_t signs = row.shape.is_vector() ? 0 : 2;
    const std::int64_t trained = trained_params(graph, row, frozen);
    fmt::print("{:>4}  {:<{}} {:<22} {:<{}} {:>12} {:>12} {:>15}\n", row.index, row.name, width, row.type,
               shape, 14 + signs, with_thousands(row.params), trained > 0 ? with_thousands(trained) : "-",
               with_thousands(row.multiply_adds));
  }
}

void show_model(const Arguments& args) {
  const ModelEntry& entry = find_model(args.name);
  const Graph graph = build_model(args.name, args.options);
  const LayerTable table = layer_table(graph);
  const std::vector<char> frozen = frozen_nodes(graph, args.freeze);
  fmt::print("{}: {}{}{}\n", entry.name, entry.description, entry.paper.empty() ? "" : ", ", entry.paper);
  fmt::print(
      "input {} px, (RGB in [0, 1] - ({:.4g}, {:.4g}, {:.4g})) / ({:.4g}, {:.4g}, {:.4g}){}; head: {}\n\n",
      args.options.input_px, entry.pixels.mean[0], entry.pixels.mean[1], entry.pixels.mean[2],
      entry.pixels.std[0], entry.pixels.std[1], entry.pixels.std[2], entry.pixels.bgr ? ", as BGR" : "",
      args.options.head.kind);
  show_rows(graph, table, frozen);

  std::int64_t trained = 0, layers = 0;
  for (const LayerRow& row : table.rows) {
    trained += trained_params(graph, row, frozen);
    layers += trained_params(graph, row, frozen) > 0;
  }
  const MemoryNeed need = memory_need(graph, frozen);
  fmt::print("\n{} layers, {} parameters; {} multiply-adds for a picture\n", table.rows.size(),
             with_thousands(table.params), with_thousands(table.multiply_adds));
  fmt::print("freeze '{}': {} parameters of {} layers train\n", args.freeze, with_thousands(trained), layers);
  fmt::print("memory, about: weights {}; training {} more, and {} for each picture of a batch\n",
             megabytes(need.weights), megabytes(need.training_state), megabytes(need.maps_per_picture));
}

CLI::App* add_show(CLI::App& models, const std::shared_ptr<Arguments>& args) {
  CLI::App* show = models.add_subcommand("show", "The layers of one network");
  std::vector<std::string> kinds(head_kinds().begin(), head_kinds().end());
  show->add_option("NAME", args->name, "A name of the list")->required();
  show->add_option(
          "--freeze", args->freeze,
          "What is not trained, e.g. \"first 150, only conv+depthwise\"; docs/freezing.md has the rules")
      ->capture_default_str();
  show->add_option("--head", args->options.head.kind, "The layers behind the features")
      ->check(CLI::IsMember(kinds))
      ->capture_default_str();
  show->fallthrough();
  show->footer(
      "Networks whose name ends in _keras are listed and numbered as Keras does.\n\nExamples:\n"
      "  giemsa models show mobilenet_v2 --size 224\n"
      "  giemsa models show convnext_large_keras --freeze \"first 150, only conv+depthwise\" --head axon\n"
      "  giemsa models show efficientnet_b2_keras --freeze \"before block7\"");
  return show;
}

}  // namespace

void add_models_command(CLI::App& app) {
  auto args = std::make_shared<Arguments>();
  CLI::App* command = app.add_subcommand("models", "List the networks, or show one layer by layer");
  command->add_option("--classes", args->options.classes, "Classes to tell apart")
      ->check(CLI::Range(2, 10'000))
      ->capture_default_str();
  command->add_option("--size", args->options.input_px, "Side of the input, px")
      ->check(CLI::Range(4, 4096))
      ->capture_default_str();
  CLI::App* show = add_show(*command, args);
  command->footer("Examples:\n  giemsa models\n  giemsa models show mobilenet_v2 --size 224");
  command->callback([args, show] {
    if (show->parsed()) {
      show_model(*args);
    } else {
      list_models(args->options);
    }
  });
}

}  // namespace giemsa
