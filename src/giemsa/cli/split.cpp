#include "giemsa/data/split.h"

#include <CLI/CLI.hpp>
#include <memory>

#include "giemsa/cli/commands.h"
#include "giemsa/cli/talk.h"

namespace giemsa {

void add_split_command(CLI::App& app) {
  struct Arguments {
    std::string data, out, ratios = "81/9/10";
    std::uint64_t seed = 1;
  };
  auto args = std::make_shared<Arguments>();
  CLI::App* command = app.add_subcommand("split", "Divide a data set into train, validation and test");
  command->add_option("DATA", args->data, "Class folders, .npz or .csv manifest")->required();
  command->add_option("--out", args->out, "The split.csv to write")->required();
  command->add_option("--ratios", args->ratios, "Shares of train/val/test, or train/val")
      ->capture_default_str();
  command->add_option("--seed", args->seed, "Other seeds divide otherwise")->capture_default_str();
  command->footer(
      "Stratified: the shares hold in every class.\n\nExample:\n"
      "  giemsa split cells --ratios 80/10/10 --seed 1 --out split.csv");
  command->callback([args] {
    const auto source = open_source(args->data);
    const Split split = make_split(*source, parse_ratios(args->ratios), args->seed);
    write_split(args->out, split, *source);
    fmt::print("{:<20} {:>8} {:>8} {:>8}\n", "class", "train", "val", "test");
    const auto counts = count_split(split, *source);
    for (std::size_t c = 0; c < counts.size(); ++c) {
      fmt::print("{:<20} {:>8} {:>8} {:>8}\n", source->classes()[c], counts[c][0], counts[c][1],
                 counts[c][2]);
    }
    say("{} records divided in {}", split.parts.size(), args->out);
  });
}

}  // namespace giemsa
