#include "giemsa/runs/run_list.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <limits>

#include "giemsa/core/csv.h"
#include "giemsa/core/text.h"
#include "giemsa/runs/epoch_figures.h"
#include "giemsa/runs/table.h"

namespace giemsa {
namespace {

constexpr std::string_view kShown[] = {"val_accuracy", "val_balanced_accuracy", "val_macro_f1", "val_auc",
                                       "val_loss"};

std::vector<EpochFigure> shown_figures() {
  std::vector<EpochFigure> figures;
  for (const std::string_view key : kShown)
    figures.push_back(*std::ranges::find(epoch_figures(), key, &EpochFigure::key));
  return figures;
}

}  // namespace

void sort_runs(std::vector<TrainingRun>& runs, std::string_view metric) {
  selection_figure({}, metric);  // refuses an unknown one
  const auto figure = [&](const TrainingRun& run) {
    const EpochRecord* best = run.best();
    const double value = best ? selection_figure(*best, metric) : std::nan("");
    return std::isnan(value) ? -std::numeric_limits<double>::infinity() : value;
  };
  std::ranges::stable_sort(runs, std::greater<>(), figure);
}

std::string recipe_in_brief(const Config& config) {
  std::vector<std::string> stages;
  for (const StageOptions& stage : config.stages) {
    const std::string how = fmt::format("{} {}", stage.optimizer.kind, shortest(stage.lr));
    stages.push_back(config.stages.size() > 1 ? fmt::format("{} {}", stage.name, how) : how);
  }
  const std::string weights = std::filesystem::path(config.model.weights).filename().string();
  return fmt::format("{} px, batch {}, {}{}", config.data.input_px, config.train.batch, join(stages, " + "),
                     weights.empty() ? "" : fmt::format(", weights {}", weights));
}

std::string list_text(std::span<const TrainingRun> runs) {
  const std::vector<EpochFigure> figures = shown_figures();
  Table table{.heads = {"run", "state", "epochs", "best"}, .rows = {}, .left = 2, .last_is_words = true};
  for (const EpochFigure& figure : figures) table.heads.emplace_back(figure.title);
  for (const char* head : {"time", "network", "recipe"}) table.heads.emplace_back(head);
  std::string broken;
  for (const TrainingRun& run : runs) {
    const EpochRecord* best = run.best();
    const auto planned = run.planned_epochs();
    std::vector<std::string> row = {
        run.folder.string(), std::string(name_of(run.state())),
        fmt::format("{}/{}", run.epochs.size(), planned ? std::to_string(*planned) : "?"),
        best ? std::to_string(best->epoch) : "–"};
    for (const EpochFigure& figure : figures) row.push_back(best ? text_of(figure, *best) : "–");
    row.push_back(format_duration(run.seconds()));
    row.push_back(run.config ? run.config->model.name : "?");
    row.push_back(run.config ? recipe_in_brief(*run.config) : "?");
    table.rows.push_back(row);
    for (const std::string& problem : run.problems)
      broken += fmt::format("broken: {}: {}\n", printable(run.folder.string(), 300), problem);
  }
  return broken.empty() ? table.text() : fmt::format("{}\n{}", table.text(), broken);
}

}  // namespace giemsa
