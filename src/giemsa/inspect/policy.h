#pragma once
#include <string>

#include "giemsa/core/options.h"
#include "giemsa/inspect/inspection.h"

namespace giemsa {

/// What cleaning does with a picture, by what was found. By default only what is certain goes; what needs a
/// person's eye is reported and stays. describe() lists the words allowed.
struct CleanOptions {
  std::string broken = "drop";
  std::string identical = "keep_one";
  std::string near_duplicates = "keep_one";
  std::string conflicting = "drop";
  std::string repeated = "drop";
  std::string constant = "drop";
  std::string dark = "keep";
  std::string bright = "keep";
  std::string low_information = "keep";
  std::string blurred = "keep";
  std::string non_cells = "drop";
  std::string outliers = "keep";
  std::string label_errors = "keep";
};
void describe(OptionVisitor& visit, CleanOptions& options);

/// Everything that cleaning depends on: by which rules things are found, and what is done then.
struct CleanPolicy {
  InspectOptions inspect;
  CleanOptions clean;
};
void describe(OptionVisitor& visit, CleanPolicy& policy);

}  // namespace giemsa
