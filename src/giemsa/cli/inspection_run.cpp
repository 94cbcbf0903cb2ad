#include "giemsa/cli/inspection_run.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <sstream>

#include "giemsa/cli/talk.h"
#include "giemsa/core/file.h"
#include "giemsa/core/text.h"
#include "giemsa/inspect/class_summary.h"

namespace giemsa {

void add_inspection_options(CLI::App& command, InspectionArguments& args) {
  command.add_option("DATA", args.data, "Class folders, .npz or .csv manifest")->required();
  command.add_option("--policy", args.policy_file, "Rules as TOML; 'giemsa config --policy' prints all");
  command.add_option("--set", args.settings, "One rule, e.g. inspect.near_duplicates.similarity=0.95");
  add_opinion_options(command, args.opinion);
}

CleanPolicy policy_of(const InspectionArguments& args) {
  CleanPolicy policy;
  const auto describe_policy = [&](OptionVisitor& visit) { describe(visit, policy); };
  if (!args.policy_file.empty()) apply_toml(describe_policy, read_text(args.policy_file), args.policy_file);
  for (const std::string& setting : args.settings) apply_setting(describe_policy, setting);
  return policy;
}

std::vector<std::string> changed_rules(const CleanPolicy& policy) {
  const auto lines_of = [](CleanPolicy described) {
    const std::string toml = to_toml([&](OptionVisitor& visit) { describe(visit, described); }, false);
    std::istringstream lines(toml);
    std::vector<std::string> rules;
    for (std::string line, group; std::getline(lines, line);) {
      if (line.starts_with('[')) {
        group = line.substr(1, line.find(']') - 1) + ".";
      } else if (!line.empty()) {
        rules.push_back(group + line);
      }
    }
    return rules;
  };
  const std::vector<std::string> usual = lines_of({});
  std::vector<std::string> rules = lines_of(policy);
  std::erase_if(rules, [&](const std::string& rule) { return std::ranges::count(usual, rule) > 0; });
  return rules;
}

Inspection run_inspection(const Source& source, const CleanPolicy& policy, const InspectionArguments& args) {
  const NetworkOpinion opinion = form_opinion(source, args.opinion);
  ProgressBar looking("Inspect"), comparing("Compare");
  Inspection inspection = inspect(source, policy.inspect, opinion, looking.callback(), comparing.callback());
  looking.finish();
  comparing.finish();
  std::vector<Finding> unusable(source.findings().begin(), source.findings().end());
  for (const PictureFacts& facts : inspection.pictures) {
    if (facts.broken) unusable.push_back(*facts.broken);
  }
  say_findings(unusable);
  for (const Finding& finding : inspection.findings) {
    if (finding.reason == "similar_class")
      say("warning: '{}' is {}", printable(finding.record), printable(finding.evidence));
    if (finding.reason == "too_many_classes") say("warning: {}", finding.evidence);
  }
  return inspection;
}

void print_inspection(const Inspection& inspection) {
  const auto broken = std::ranges::count_if(
      inspection.pictures, [](const PictureFacts& facts) { return facts.broken.has_value(); });
  fmt::print("{} records, {} cannot be read\n\n", inspection.pictures.size(), broken);
  fmt::print("{:<20} {:>8}  {:<17}  {:>9}\n", "class", "pictures", "mean colour (RGB)", "sharpness");
  for (const ClassSummary& c : class_summaries(inspection)) {
    fmt::print("{:<20} {:>8}  {:5.1f} {:5.1f} {:5.1f}  {:>9.2f}\n",
               c.name.empty() ? "(no label)" : printable(c.name), c.pictures, c.mean_rgb[0], c.mean_rgb[1],
               c.mean_rgb[2], c.sharpness);
  }
  fmt::print("\n{:<20} {:>8}\n", "size", "pictures");
  for (const auto& [size, count] : picture_sizes(inspection))
    fmt::print("{:<20} {:>8}\n", fmt::format("{} × {}", size.first, size.second), count);

  fmt::print("\n{:<20} {:>8}\n", "format", "pictures");
  for (const auto& [format, count] : picture_formats(inspection)) fmt::print("{:<20} {:>8}\n", format, count);

  std::vector<std::pair<std::string, std::size_t>> reasons;  // in the order in which they first come
  for (const Finding& finding : inspection.findings) {
    const auto known =
        std::ranges::find(reasons, finding.reason, &std::pair<std::string, std::size_t>::first);
    if (known == reasons.end()) {
      reasons.emplace_back(finding.reason, 1);
    } else {
      ++known->second;
    }
  }
  std::ranges::stable_sort(reasons, std::greater<>(), &std::pair<std::string, std::size_t>::second);
  fmt::print("\n{:<20} {:>8}\n", "finding", "pictures");
  for (const auto& [reason, count] : reasons) fmt::print("{:<20} {:>8}\n", reason, count);
  if (reasons.empty()) fmt::print("none\n");
}

}  // namespace giemsa
