#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "giemsa/inspect/inspection.h"

namespace CLI {
class App;
}

namespace giemsa {

/// The options by which a network has a say in an inspection.
struct OpinionArguments {
  std::string model, network, weights;
  std::int64_t input_px = 96;
  std::vector<std::string> predictions;
};

/// Adds --model, --network, --weights, --input and --predictions.
void add_opinion_options(CLI::App& command, OpinionArguments& args);

/// Computes or reads what was asked for; an empty opinion when nothing was. Files of predictions may cover
/// different records (one file per fold); throws Data for a record in two of them, for classes or records
/// that the source lacks, for a class of the source that a file lacks, and for more classes than are compared
/// (inspection.h); Usage for options that do not go together.
NetworkOpinion form_opinion(const Source& source, const OpinionArguments& args);

}  // namespace giemsa
