#include <CLI/CLI.hpp>
#include <memory>

#include "giemsa/cli/commands.h"
#include "giemsa/cli/inspecting.h"
#include "giemsa/cli/talk.h"
#include "giemsa/core/file.h"
#include "giemsa/core/version.h"
#include "giemsa/data/findings.h"
#include "giemsa/inspect/report.h"
#include "giemsa/inspect/tables.h"

namespace giemsa {
namespace {

namespace fs = std::filesystem;

void write_all(const fs::path& folder, const Source& source, const Inspection& inspection) {
  write_findings(folder / "findings.csv", inspection.findings);
  write_pictures_table(folder / "pictures.csv", inspection, source.records());
  write_duplicates_table(folder / "duplicates.csv", inspection.groups, inspection, source.records());
}

void write_page(const fs::path& folder, const InspectingArguments& args, const Source& source,
                const Inspection& inspection) {
  const bool network = !args.opinion.model.empty() || !args.opinion.weights.empty();
  InspectionReportInput input;
  input.title = fs::path(args.data).filename().string();
  input.records = source.records();
  input.inspection = &inspection;
  input.compared_by = network ? "the network's features" : "colour, texture and shape";
  input.clean = policy_of(args).clean;
  input.picture = [&](std::size_t record) { return source.load(record); };
  input.made = {{"giemsa", std::string(version())}, {"data", args.data}};
  write_inspection_report(folder, input);
}

}  // namespace

void add_inspect_command(CLI::App& app) {
  struct Arguments {
    InspectingArguments inspecting;
    std::string out;
  };
  auto args = std::make_shared<Arguments>();
  CLI::App* command = app.add_subcommand("inspect", "Find what is wrong with a data set, and show it");
  add_inspecting_options(*command, args->inspecting);
  command->add_option("--out", args->out, "Folder for report.html, findings.csv and the tables");
  command->footer(
      "Nothing is changed. Broken, identical and nearly identical pictures, contradicting labels, pictures "
      "that\n"
      "are no cells, outliers, likely label errors. 'giemsa clean' proposes what to do about them.\n\n"
      "Examples:\n"
      "  giemsa inspect cells --out inspection\n"
      "  giemsa inspect cells --out inspection --predictions fold-1/predictions.csv fold-2/predictions.csv\n"
      "  giemsa inspect cells.npz --model run --out inspection");
  command->callback([args] {
    const CleanPolicy policy = policy_of(args->inspecting);
    if (!args->out.empty()) prepare_output_folder(args->out);
    const auto source = open_source(args->inspecting.data);
    const Inspection inspection = run_inspection(*source, policy, args->inspecting);
    print_inspection(inspection);
    if (args->out.empty()) return;
    write_all(args->out, *source, inspection);
    write_page(args->out, args->inspecting, *source, inspection);
    say("{} findings in {}, to be seen in {}", inspection.findings.size(),
        (fs::path(args->out) / "findings.csv").string(), (fs::path(args->out) / "report.html").string());
  });
}

}  // namespace giemsa
