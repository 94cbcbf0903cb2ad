#include "giemsa/train/checkpoint.h"

#include <fmt/format.h>

#include <charconv>
#include <type_traits>

#include "giemsa/core/csv.h"
#include "giemsa/core/error.h"
#include "giemsa/formats/safetensors.h"
#include "giemsa/graph/ops.h"

namespace giemsa {

namespace {

/// Calls number(name, value) for every number.
template <class C, class Numbers>
void for_each_number(C& c, Numbers number) {
  number("stage", c.stage);
  number("epoch_in_stage", c.epoch_in_stage);
  number("epoch", c.epoch);
  number("optimizer_steps", c.optimizer_steps);
  number("average_steps", c.average_steps);
  number("best", c.best);
  number("best_epoch", c.best_epoch);
  number("stage_best_epoch", c.stage_best_epoch);
  number("stage_best", c.stage_best);
  number("plateau_frac", c.plateau.frac);
  number("plateau_has_best", c.plateau.has_best);
  number("plateau_best", c.plateau.best);
  number("plateau_bad_epochs", c.plateau.bad_epochs);
}

constexpr std::string_view kOptimizer = "optimizer.";

/// The tensors that stand in the file below `group`.
StateDict& group_of(Checkpoint& checkpoint, const std::string& group, const std::filesystem::path& path) {
  if (group == "params") return checkpoint.params;
  if (group == "average") return checkpoint.average;
  require(group.starts_with(kOptimizer), ErrorKind::Model,
          fmt::format("[checkpoint] {} has unknown tensors '{}'", path.string(), group));
  return checkpoint.optimizer[group.substr(kOptimizer.size())];
}

std::string number_text(bool value) { return value ? "1" : "0"; }
std::string number_text(std::int64_t value) { return std::to_string(value); }
std::string number_text(double value) { return shortest(value); }

}  // namespace

void write_checkpoint(const std::filesystem::path& path, const Checkpoint& checkpoint) {
  StateDict all;
  std::map<std::string, std::string> metadata{{"config_hash", checkpoint.config_hash}};
  for_each_number(checkpoint,
                  [&](const char* name, const auto& value) { metadata[name] = number_text(value); });
  const auto add = [&](const std::string& group, const StateDict& tensors) {
    for (const auto& [name, tensor] : tensors) all[fmt::format("{}/{}", group, name)] = tensor;
  };
  add("params", checkpoint.params);
  add("average", checkpoint.average);
  for (const auto& [name, tensors] : checkpoint.optimizer)
    add(fmt::format("{}{}", kOptimizer, name), tensors);
  write_safetensors(path, all, metadata);
}

Checkpoint read_checkpoint(const std::filesystem::path& path) {
  SafetensorsFile file = read_safetensors(path);
  Checkpoint checkpoint;
  const auto text = [&](const std::string& name) -> const std::string& {
    const auto found = file.metadata.find(name);
    require(found != file.metadata.end(), ErrorKind::Model,
            fmt::format("[checkpoint] {} does not give '{}'", path.string(), name));
    return found->second;
  };
  checkpoint.config_hash = text("config_hash");
  const auto read = [&](const char* name, auto& value) {
    const std::string& digits = text(name);
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
    const bool counts = std::is_integral_v<std::remove_reference_t<decltype(value)>>;
    require(error == std::errc{} && end == digits.data() + digits.size() && !(counts && value < 0),
            ErrorKind::Model,
            fmt::format("[checkpoint] {}: '{}' is no number for '{}'", path.string(), digits, name));
  };
  for_each_number(checkpoint, Overloaded{read, [&](const char* name, bool& value) {
                                           std::int64_t number = 0;
                                           read(name, number);
                                           value = number != 0;
                                         }});
  for (const auto& [name, tensor] : file.tensors) {
    const std::size_t slash = name.find('/');
    require(slash != std::string::npos, ErrorKind::Model,
            fmt::format("[checkpoint] {} has an unknown tensor '{}'", path.string(), name));
    group_of(checkpoint, name.substr(0, slash), path)[name.substr(slash + 1)] = tensor;
  }
  return checkpoint;
}

}  // namespace giemsa
