#include "giemsa/data/inspect.h"

#include <CLI/CLI.hpp>
#include <memory>

#include "giemsa/cli/commands.h"
#include "giemsa/cli/talk.h"
#include "giemsa/core/file.h"

namespace giemsa {

namespace {

void print_inspection(const Inspection& inspection) {
  fmt::print("{} records, {} cannot be read\n\n", inspection.records, inspection.findings.size());
  fmt::print("{:<20} {:>8}  {}\n", "class", "pictures", "mean colour (RGB)");
  for (const Inspection::Class& c : inspection.classes) {
    fmt::print("{:<20} {:>8}  {:5.1f} {:5.1f} {:5.1f}\n", c.name, c.count, c.mean_rgb[0], c.mean_rgb[1],
               c.mean_rgb[2]);
  }
  fmt::print("\n{:<20} {:>8}\n", "size", "pictures");
  for (const auto& [size, count] : inspection.sizes) {
    fmt::print("{:<20} {:>8}\n", fmt::format("{} × {}", size.first, size.second), count);
  }
}

}  // namespace

void add_inspect_command(CLI::App& app) {
  struct Arguments {
    std::string data, out;
  };
  auto args = std::make_shared<Arguments>();
  CLI::App* command = app.add_subcommand("inspect", "Look at a data set: counts, sizes, broken pictures");
  command->add_option("DATA", args->data, "Class folders, .npz or .csv manifest")->required();
  command->add_option("--out", args->out, "Folder for findings.csv");
  command->footer("Example:\n  giemsa inspect cells --out inspection");
  command->callback([args] {
    if (!args->out.empty()) prepare_output_folder(args->out);
    const auto source = open_source(args->data);
    ProgressBar bar("Inspect");
    const Inspection inspection = inspect(*source, bar.callback());
    bar.finish();
    print_inspection(inspection);
    say_findings(inspection.findings);
    if (!args->out.empty()) {
      const auto file = std::filesystem::path(args->out) / "findings.csv";
      write_findings(file, inspection.findings);
      say("{} findings in {}", inspection.findings.size(), file.string());
    }
  });
}

}  // namespace giemsa
