#include "giemsa/runs/option_differences.h"

#include <algorithm>

#include "giemsa/core/option_walker.h"

namespace giemsa {
namespace {

class ValueCollector final : public OptionWalker {
 public:
  std::vector<OptionValue> values;

 private:
  void on_field(std::string_view name, OptionRef option, const OptionSpec&) override {
    values.push_back({key(name), toml_literal(option)});
  }
};

std::vector<OptionValue> values_of(Config config) {
  ValueCollector collector;
  describe(collector, config);
  return std::move(collector.values);
}

/// The differences between tables of keys and values, in the order in which keys first occur. A table that is
/// empty is not known and differs from nothing.
std::vector<Difference> differences(const std::vector<std::vector<OptionValue>>& tables) {
  std::vector<Difference> rows;
  for (std::size_t i = 0; i < tables.size(); ++i) {
    for (const auto& [key, value] : tables[i]) {
      auto row = std::ranges::find(rows, key, &Difference::key);
      if (row == rows.end())
        row = rows.insert(rows.end(), {key, std::vector<std::optional<std::string>>(tables.size())});
      row->values[i] = value;
    }
  }
  std::erase_if(rows, [&](const Difference& row) {
    std::optional<std::size_t> first;
    for (std::size_t i = 0; i < tables.size(); ++i) {
      if (tables[i].empty()) continue;
      if (first && row.values[i] != row.values[*first]) return false;
      if (!first) first = i;
    }
    return true;
  });
  return rows;
}

}  // namespace

std::vector<OptionValue> unlike_defaults(const Config& config) {
  Config defaults;
  defaults.stages.assign(config.stages.size(), StageOptions{});
  const std::vector<OptionValue> plain = values_of(defaults), values = values_of(config);
  std::vector<OptionValue> unlike;
  for (std::size_t i = 0; i < values.size(); ++i) {  // the same keys in the same order
    if (values[i] != plain[i]) unlike.push_back(values[i]);
  }
  return unlike;
}

std::vector<Difference> option_differences(std::span<const TrainingRun> runs) {
  std::vector<std::vector<OptionValue>> tables;
  for (const TrainingRun& run : runs)
    tables.push_back(run.config ? values_of(*run.config) : std::vector<OptionValue>{});
  return differences(tables);
}

std::vector<Difference> environment_differences(std::span<const TrainingRun> runs) {
  std::vector<std::vector<OptionValue>> tables;
  for (const TrainingRun& run : runs) {
    auto& table = tables.emplace_back();
    for (const auto& [key, value] : run.environment) {
      if (key != "started") table.push_back({key, value});
    }
  }
  return differences(tables);
}

}  // namespace giemsa
