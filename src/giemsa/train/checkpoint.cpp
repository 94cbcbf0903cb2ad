#include "giemsa/train/checkpoint.h"

#include <fmt/format.h>

#include <charconv>
#include <type_traits>

#include "giemsa/core/csv.h"
#include "giemsa/core/error.h"
#include "giemsa/formats/safetensors.h"

namespace giemsa {

namespace {

/// Calls visit(name, number) for every number, and visit(name, tensors) for every group of tensors.
template <class C, class Numbers, class Tensors>
void for_each_part(C& c, Numbers number, Tensors tensors) {
  number("stage", c.stage);
  number("epoch_in_stage", c.epoch_in_stage);
  number("epoch", c.epoch);
  number("optimizer_steps", c.optimizer_steps);
  number("average_steps", c.average_steps);
  number("best", c.best);
  number("best_epoch", c.best_epoch);
  number("stage_best_epoch", c.stage_best_epoch);
  number("stage_best", c.stage_best);
  tensors("params", c.params);
  tensors("average", c.average);
  tensors("first", c.first);
  tensors("second", c.second);
}

std::string number_text(std::int64_t value) { return std::to_string(value); }
std::string number_text(double value) { return shortest(value); }

}  // namespace

void write_checkpoint(const std::filesystem::path& path, const Checkpoint& checkpoint) {
  StateDict all;
  std::map<std::string, std::string> metadata{{"config_hash", checkpoint.config_hash}};
  for_each_part(
      checkpoint, [&](const char* name, const auto& value) { metadata[name] = number_text(value); },
      [&](const char* group, const StateDict& tensors) {
        for (const auto& [name, tensor] : tensors) all[fmt::format("{}/{}", group, name)] = tensor;
      });
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
  for_each_part(
      checkpoint,
      [&](const char* name, auto& value) {
        const std::string& digits = text(name);
        const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
        const bool counts = std::is_integral_v<std::remove_reference_t<decltype(value)>>;
        require(error == std::errc{} && end == digits.data() + digits.size() && !(counts && value < 0),
                ErrorKind::Model,
                fmt::format("[checkpoint] {}: '{}' is no number for '{}'", path.string(), digits, name));
      },
      [&](const std::string& group, StateDict& tensors) {
        for (const auto& [name, tensor] : file.tensors) {
          if (name.starts_with(group + "/")) tensors[name.substr(group.size() + 1)] = tensor;
        }
      });
  return checkpoint;
}

}  // namespace giemsa
