#include "giemsa/runs/run_json.h"

#include <nlohmann/json.hpp>

#include "giemsa/runs/epoch_figures.h"
#include "giemsa/runs/option_differences.h"
#include "giemsa/runs/run_list.h"

namespace giemsa {
namespace {

using Json = nlohmann::ordered_json;

Json epoch_json(const EpochRecord* record) {
  if (!record) return nullptr;
  Json json = {{"epoch", record->epoch}, {"stage", record->stage}};
  for (const EpochFigure& figure : epoch_figures()) json[std::string(figure.key)] = record->*figure.value;
  return json;
}

template <class Value>
Json or_null(const std::optional<Value>& value) {
  return value ? Json(*value) : Json(nullptr);
}

Json run_json(const TrainingRun& run) {
  Json stages = Json::array();
  for (const StageProgress& stage : run.stages)
    stages.push_back(
        {{"name", stage.name}, {"planned", stage.planned}, {"done", stage.done}, {"over", stage.over}});
  return {{"path", run.folder.string()},
          {"state", name_of(run.state())},
          {"problems", run.problems},
          {"network", run.config ? Json(run.config->model.name) : Json(nullptr)},
          {"recipe", run.config ? Json(recipe_in_brief(*run.config)) : Json(nullptr)},
          {"epochs", run.epochs.size()},
          {"planned", or_null(run.planned_epochs())},
          {"seconds", run.seconds()},
          {"stages", stages},
          {"best", epoch_json(run.best())},
          {"last", epoch_json(run.epochs.empty() ? nullptr : &run.epochs.back())}};
}

std::string json_text(const Json& json) {
  return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

Json json_of(const std::vector<Difference>& differences) {
  Json json = Json::array();
  for (const auto& [key, values] : differences) {
    Json row = Json::array();
    for (const auto& value : values) row.push_back(value ? Json(*value) : nullptr);
    json.push_back({{"key", key}, {"values", row}});
  }
  return json;
}

}  // namespace

std::string list_json(std::span<const TrainingRun> runs) {
  Json array = Json::array();
  for (const TrainingRun& run : runs) array.push_back(run_json(run));
  return json_text(array);
}

std::string comparison_json(std::span<const TrainingRun> runs) {
  Json all = Json::array();
  for (const TrainingRun& run : runs) all.push_back(run_json(run));
  return json_text({{"runs", all},
                    {"options", json_of(option_differences(runs))},
                    {"environment", json_of(environment_differences(runs))}});
}

}  // namespace giemsa
