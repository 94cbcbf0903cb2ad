#include "giemsa/runs/run_view.h"

#include <fmt/format.h>

#include "giemsa/core/text.h"
#include "giemsa/runs/epoch_figures.h"
#include "giemsa/runs/option_differences.h"
#include "giemsa/runs/run_list.h"

namespace giemsa {
namespace {

std::string data_text(const RunData& data) {
  std::vector<std::string> counts;
  for (const auto& [part, count] : data.parts)
    counts.push_back(fmt::format("{} {}", part, with_thousands(count)));
  if (data.findings > 0) counts.push_back(fmt::format("{} could not be used", data.findings));
  std::string text;
  if (!counts.empty()) text += fmt::format("\npictures: {}\n", join(counts, ", "));
  if (!data.classes.heads.empty()) text += fmt::format("\n{}", data.classes.text());
  return text;
}

std::string options_text(const Config& config) {
  Table table{.heads = {"option", "value (where it is not the default)"}, .rows = {}, .left = 2};
  for (const auto& [key, value] : unlike_defaults(config)) table.rows.push_back({key, value});
  return table.rows.empty() ? "\nall options are at their defaults\n" : fmt::format("\n{}", table.text());
}

}  // namespace

Table epochs_table(const TrainingRun& run) {
  Table table{.heads = {"stage", "epoch"}, .rows = {}};
  for (const EpochFigure& figure : epoch_figures()) table.heads.emplace_back(figure.title);
  table.heads.emplace_back("best");
  const EpochRecord* best = run.best();
  const std::string* stage = nullptr;
  for (const EpochRecord& record : run.epochs) {
    std::vector<std::string> row = {stage && *stage == record.stage ? "" : record.stage,
                                    std::to_string(record.epoch)};
    for (const EpochFigure& figure : epoch_figures()) row.push_back(text_of(figure, record));
    row.emplace_back(&record == best ? "*" : "");
    table.rows.push_back(row);
    stage = &record.stage;
  }
  return table;
}

std::string standing(const TrainingRun& run) {
  const auto planned = run.planned_epochs();
  std::string text = fmt::format("epoch {}{}, {}", run.epochs.size(),
                                 planned ? fmt::format(" of {}", *planned) : "", name_of(run.state()));
  if (const EpochRecord* best = run.best()) {
    text += fmt::format("; best: epoch {}, accuracy {:.4f}, loss {:.4f}", best->epoch, best->val_accuracy,
                        best->val_loss);
  }
  return text;
}

std::string stages_in_brief(const TrainingRun& run) {
  std::vector<std::string> stages;
  for (const StageProgress& stage : run.stages) {
    stages.push_back(fmt::format("{} {}/{}{}", printable(stage.name), stage.done, stage.planned,
                                 stage.ended_early() ? " (ended early)" : ""));
  }
  return stages.empty() ? "" : fmt::format("stages: {}", join(stages, ", "));
}

std::string run_text(const TrainingRun& run, const RunData& data) {
  std::string text = fmt::format("{}: {}\n", printable(run.folder.string(), 300), standing(run));
  for (const std::string& problem : run.problems) text += fmt::format("broken: {}\n", problem);
  if (run.config)
    text += fmt::format("{}, {}\n", printable(run.config->model.name),
                        printable(recipe_in_brief(*run.config), 300));
  if (!run.stages.empty()) text += fmt::format("{}\n", stages_in_brief(run));
  text += data_text(data);
  if (run.config) text += options_text(*run.config);
  if (!run.epochs.empty()) text += fmt::format("\n{}", epochs_table(run).text());
  return text;
}

}  // namespace giemsa
