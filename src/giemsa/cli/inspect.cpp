#include <fmt/chrono.h>

#include <CLI/CLI.hpp>
#include <ctime>
#include <memory>

#include "giemsa/cli/commands.h"
#include "giemsa/cli/inspection_run.h"
#include "giemsa/cli/talk.h"
#include "giemsa/core/file.h"
#include "giemsa/core/text.h"
#include "giemsa/core/version.h"
#include "giemsa/data/findings.h"
#include "giemsa/data/new_folder.h"
#include "giemsa/inspect/tables.h"
#include "giemsa/inspect_report/report.h"

namespace giemsa {
namespace {

namespace fs = std::filesystem;

void write_all(const fs::path& folder, const Source& source, const Inspection& inspection) {
  write_findings(folder / "findings.csv", inspection.findings);
  write_pictures_table(folder / "pictures.csv", inspection, source.records());
  write_duplicates_table(folder / "duplicates.csv", inspection.groups, inspection, source.records());
}

/// Whatever the page depends on.
std::vector<std::pair<std::string, std::string>> how_made(const InspectionArguments& args,
                                                          const CleanPolicy& policy) {
  std::vector<std::pair<std::string, std::string>> made{
      {"giemsa", std::string(version())},
      {"date", fmt::format("{:%Y-%m-%d %H:%M} UTC", fmt::gmtime(std::time(nullptr)))},
      {"data", args.data}};
  const auto add = [&](const char* name, const std::string& value) {
    if (!value.empty()) made.emplace_back(name, value);
  };
  add("model", args.opinion.model);
  add("network", args.opinion.network);
  add("weights", args.opinion.weights);
  if (!args.opinion.network.empty()) add("input", fmt::format("{} px", args.opinion.input_px));
  add("predictions", join(args.opinion.predictions, ", "));
  add("policy", args.policy_file);
  add("changed rules", join(changed_rules(policy), "; "));
  return made;
}

void write_page(const fs::path& folder, const InspectionArguments& args, const CleanPolicy& policy,
                const Source& source, const Inspection& inspection) {
  const bool network = !args.opinion.model.empty() || !args.opinion.weights.empty();
  InspectionReportInput input;
  input.title = fs::canonical(args.data).filename().string();
  input.records = source.records();
  input.inspection = &inspection;
  input.compared_by = network ? "the network's features" : "colour, texture and shape";
  input.clean = policy.clean;
  input.picture = [&](std::size_t record) { return source.load(record); };
  input.made = how_made(args, policy);
  write_inspection_report(folder, input);
}

}  // namespace

void add_inspect_command(CLI::App& app) {
  struct Arguments {
    InspectionArguments inspecting;
    std::string out;
  };
  auto args = std::make_shared<Arguments>();
  CLI::App* command = app.add_subcommand("inspect", "Find what is wrong with a data set, and show it");
  add_inspection_options(*command, args->inspecting);
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
    if (!args->out.empty()) {
      require_outside(args->out, args->inspecting.data, "inspect");
      prepare_output_folder(args->out);
    }
    const auto source = open_source(args->inspecting.data);
    const Inspection inspection = run_inspection(*source, policy, args->inspecting);
    print_inspection(inspection);
    if (args->out.empty()) return;
    write_all(args->out, *source, inspection);
    write_page(args->out, args->inspecting, policy, *source, inspection);
    say("{} findings in {}, to be seen in {}", inspection.findings.size(),
        (fs::path(args->out) / "findings.csv").string(), (fs::path(args->out) / "report.html").string());
  });
}

}  // namespace giemsa
