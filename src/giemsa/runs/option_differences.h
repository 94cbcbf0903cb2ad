#pragma once
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "giemsa/run/config.h"
#include "giemsa/runs/run.h"

namespace giemsa {

/// An option and its value as TOML: "stages.0.lr", "0.001".
struct OptionValue {
  std::string key, value;
  bool operator==(const OptionValue&) const = default;
};

/// The options of `config` that are not at their defaults, in the order of config.toml.
std::vector<OptionValue> unlike_defaults(const Config& config);

/// A key and its value in each of several runs; nothing where a run does not have it.
struct Difference {
  std::string key;
  std::vector<std::optional<std::string>> values;
};

/// The options that are not alike in all runs whose config.toml could be read. A stage that only some have is
/// a difference.
std::vector<Difference> option_differences(std::span<const TrainingRun> runs);

/// The same of environment.json, but for the time of the start.
std::vector<Difference> environment_differences(std::span<const TrainingRun> runs);

}  // namespace giemsa
