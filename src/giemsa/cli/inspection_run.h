#pragma once
#include <memory>
#include <string>
#include <vector>

#include "giemsa/cli/network_opinion.h"
#include "giemsa/inspect/policy.h"

namespace giemsa {

// What the commands that look for faults have in common.

struct InspectionArguments {
  std::string data, policy_file;
  std::vector<std::string> settings;
  OpinionArguments opinion;
};

/// Adds DATA, --policy, --set and the network's options.
void add_inspection_options(CLI::App& command, InspectionArguments& args);

/// The policy: defaults, then the file, then the settings.
CleanPolicy policy_of(const InspectionArguments& args);

/// The rules that are not the usual ones: "clean.blurred = "drop"", one for each.
std::vector<std::string> changed_rules(const CleanPolicy& policy);

/// Inspects with progress bars, and tells of what cannot be read, and of what is wrong with the classes.
Inspection run_inspection(const Source& source, const CleanPolicy& policy, const InspectionArguments& args);

/// The table of classes, the sizes, the formats, and how many findings there are for each reason, on stdout.
void print_inspection(const Inspection& inspection);

}  // namespace giemsa
