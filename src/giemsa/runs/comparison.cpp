#include "giemsa/runs/comparison.h"

#include <fmt/format.h>

#include <algorithm>
#include <functional>

#include "giemsa/core/text.h"
#include "giemsa/runs/epoch_figures.h"
#include "giemsa/runs/option_differences.h"

namespace giemsa {
namespace {

constexpr std::string_view kSplitHash = "split_sha256";  // of environment.json
constexpr std::size_t kShownOfHash = 12;

Table numbered(std::string corner, std::size_t runs) {
  Table table{.heads = {std::move(corner)}, .rows = {}};
  for (std::size_t i = 1; i <= runs; ++i) table.heads.push_back(std::to_string(i));
  return table;
}

}  // namespace

Table differences_table(std::span<const TrainingRun> runs) {
  Table table = numbered("differs", runs.size());
  std::vector<Difference> differences = option_differences(runs);
  std::ranges::move(environment_differences(runs), std::back_inserter(differences));
  for (const auto& [key, values] : differences) {
    std::vector<std::string> row = {key};
    for (const auto& value : values) {
      const std::string text = value.value_or("–");
      row.push_back(key == kSplitHash ? text.substr(0, kShownOfHash) : text);
    }
    table.rows.push_back(row);
  }
  return table;
}

Table figures_table(std::span<const TrainingRun> runs) {
  Table table = numbered("figure", runs.size());
  const auto add = [&](std::string name, const std::function<std::string(const TrainingRun&)>& cell) {
    std::vector<std::string> row = {std::move(name)};
    for (const TrainingRun& run : runs) row.push_back(cell(run));
    table.rows.push_back(row);
  };
  add("state", [](const TrainingRun& run) { return std::string(name_of(run.state())); });
  add("epochs", [](const TrainingRun& run) { return std::to_string(run.epochs.size()); });
  add("time", [](const TrainingRun& run) { return format_duration(run.seconds()); });
  add("best epoch",
      [](const TrainingRun& run) { return run.best() ? std::to_string(run.best()->epoch) : "–"; });
  for (const bool best : {true, false}) {
    for (const EpochFigure& figure : epoch_figures()) {
      add(fmt::format("{} {}", best ? "best" : "last", figure.title), [&](const TrainingRun& run) {
        const EpochRecord* record = best ? run.best() : run.epochs.empty() ? nullptr : &run.epochs.back();
        return record ? text_of(figure, *record) : "–";
      });
    }
  }
  return table;
}

std::string unlike_data(std::span<const TrainingRun> runs) {
  const bool unlike = std::ranges::any_of(environment_differences(runs),
                                          [](const Difference& row) { return row.key == kSplitHash; });
  return unlike
             ? "The runs were not trained and validated on the same pictures (split_sha256): their figures "
               "do not compare."
             : "";
}

std::string comparison_text(std::span<const TrainingRun> runs) {
  std::string text;
  for (std::size_t i = 0; i < runs.size(); ++i) {
    text += fmt::format("{}  {}\n", i + 1, printable(runs[i].folder.string(), 300));
    for (const std::string& problem : runs[i].problems) text += fmt::format("   broken: {}\n", problem);
  }
  const Table differences = differences_table(runs);
  text += fmt::format("\n{}\n{}",
                      differences.rows.empty() ? "the options of the runs are alike\n" : differences.text(),
                      figures_table(runs).text());
  if (const std::string warning = unlike_data(runs); !warning.empty()) text += fmt::format("\n{}\n", warning);
  return text;
}

}  // namespace giemsa
