#include "giemsa/inspect/clean.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <iterator>
#include <map>
#include <memory>
#include <set>

#include "giemsa/cli/commands.h"
#include "giemsa/cli/inspection_run.h"
#include "giemsa/cli/talk.h"
#include "giemsa/convert/convert.h"
#include "giemsa/core/csv.h"
#include "giemsa/core/error.h"
#include "giemsa/core/file.h"
#include "giemsa/core/text.h"
#include "giemsa/data/findings.h"
#include "giemsa/data/new_folder.h"
#include "giemsa/data/subset.h"

namespace giemsa {
namespace {

namespace fs = std::filesystem;

struct Arguments {
  InspectionArguments inspecting;
  std::string out, apply;
};

std::string policy_text(CleanPolicy policy) {
  return to_toml([&](OptionVisitor& visit) { describe(visit, policy); }, true);
}

/// `record,label,action,new_label,reason,evidence`: what goes, and what gets another label.
void write_changes(const fs::path& csv, const Source& source, const std::vector<CleanDecision>& decisions) {
  std::string text;
  append_csv_row(text, {"record", "label", "action", "new_label", "reason", "evidence"});
  for (std::size_t i = 0; i < decisions.size(); ++i) {
    const CleanDecision& decision = decisions[i];
    const Record& record = source.records()[i];
    const bool relabelled = decision.stays && decision.label != record.label;
    if (decision.stays && !relabelled) continue;
    append_csv_row(text,
                   {record.id, source.class_name(record.label), relabelled ? "relabel" : "drop",
                    relabelled ? source.class_name(decision.label) : "", decision.reason, decision.evidence});
  }
  write_atomic(csv, text);
}

/// Pictures of each class before and after, and how many went for each reason, on stdout.
void print_changes(const Source& source, const std::vector<CleanDecision>& decisions) {
  std::map<int, std::pair<std::size_t, std::size_t>> counts;
  std::map<std::string, std::size_t> reasons;
  for (std::size_t i = 0; i < decisions.size(); ++i) {
    ++counts[source.records()[i].label].first;
    if (decisions[i].stays) {
      ++counts[decisions[i].label].second;
    } else {
      ++reasons[decisions[i].reason];
    }
  }
  fmt::print("{:<20} {:>8} {:>8}\n", "class", "pictures", "stay");
  for (const auto& [label, count] : counts) {
    fmt::print("{:<20} {:>8} {:>8}\n", label < 0 ? "(no label)" : printable(source.class_name(label)),
               count.first, count.second);
  }
  fmt::print("\n{:<20} {:>8}\n", "goes because", "pictures");
  for (const auto& [reason, count] : reasons) fmt::print("{:<20} {:>8}\n", reason, count);
}

std::vector<SubsetRecord> staying(const std::vector<CleanDecision>& decisions) {
  std::vector<SubsetRecord> records;
  for (std::size_t i = 0; i < decisions.size(); ++i) {
    if (decisions[i].stays) records.push_back({i, decisions[i].label});
  }
  return records;
}

/// A result that is there already is neither replaced nor mixed with a new one.
void require_no_result(const fs::path& out) {
  for (const char* name : {"manifest.csv", "changes.csv", "images"}) {
    require(!fs::exists(out / name), ErrorKind::Usage,
            fmt::format("[clean] {} is there already", (out / name).string()), "name another --out");
  }
}

/// Writes what stays; gives how many pictures, and those that could not be written.
Converted write_rest(const Source& rest, const fs::path& out, const std::string& apply) {
  Converted written;
  if (rest.has_files()) written = write_manifest(rest, out / "manifest.csv");
  if (apply.empty()) return written;
  ProgressBar bar(apply == "copy" ? "Copy" : "Link");
  const auto files = apply == "copy" ? FolderFiles::Copy : FolderFiles::Link;
  Converted converted = write_folders(rest, out / "images", files, bar.callback());
  bar.finish();
  std::set<std::string> told;
  for (const Finding& finding : converted.findings) told.insert(finding.record);
  for (Finding& finding : written.findings) {
    if (!told.contains(finding.record)) converted.findings.push_back(std::move(finding));
  }
  return converted;
}

void clean(const Arguments& args) {
  const CleanPolicy policy = policy_of(args.inspecting);
  require_outside(args.out, args.inspecting.data, "clean");
  const auto source = open_source(args.inspecting.data);
  if (!source->has_files() && args.apply.empty()) {
    throw Error(ErrorKind::Usage, "[clean] the pictures lie in arrays, which a manifest cannot list",
                "--apply copy makes files of those that stay");
  }
  require(source->has_files() || args.apply == "copy", ErrorKind::Usage,
          "[clean] the pictures lie in arrays, which nothing can link to", "--apply copy");
  const fs::path out = args.out;
  require_no_result(out);
  prepare_output_folder(out);

  Inspection inspection = run_inspection(*source, policy, args.inspecting);
  const std::vector<CleanDecision> decisions = decide(inspection, source->records(), policy.clean);
  const auto rest = subset(*source, staying(decisions));
  require(!rest->records().empty(), ErrorKind::Data, "[clean] by this policy no picture stays",
          "look at the findings of 'giemsa inspect', and change the policy");

  print_changes(*source, decisions);
  write_changes(out / "changes.csv", *source, decisions);
  write_atomic(out / "policy.toml", policy_text(policy));
  Converted written = write_rest(*rest, out, args.apply);
  say_findings(written.findings);
  std::ranges::move(written.findings, std::back_inserter(inspection.findings));
  write_findings(out / "findings.csv", inspection.findings);
  say("{} of {} pictures stay; what goes and why is in {}", written.pictures, decisions.size(),
      (out / "changes.csv").string());
}

}  // namespace

void add_clean_command(CLI::App& app) {
  auto args = std::make_shared<Arguments>();
  CLI::App* command = app.add_subcommand("clean", "Propose a clean data set; the source stays as it is");
  add_inspection_options(*command, args->inspecting);
  command
      ->add_option("--out", args->out, "Folder for manifest.csv, changes.csv, findings.csv and policy.toml")
      ->required();
  command->add_option("--apply", args->apply, "copy or link: also make class folders, in DIR/images")
      ->check(CLI::IsMember({"copy", "link"}));
  command->footer(
      "By default only what is certain goes: broken, identical, nearly identical and repeated pictures, "
      "those with\n"
      "contradicting labels, and pictures that are no cells. manifest.csv is a data set for every other "
      "command.\n\n"
      "Examples:\n"
      "  giemsa clean cells --out cleaned\n"
      "  giemsa clean cells --out cleaned --set clean.blurred=drop --apply link\n"
      "  giemsa config --policy > policy.toml\n  giemsa clean cells --out cleaned --policy policy.toml");
  command->callback([args] { clean(*args); });
}

}  // namespace giemsa
