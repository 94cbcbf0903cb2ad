#include "giemsa/runs/live_view.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "giemsa/core/progress_line.h"
#include "giemsa/core/text.h"
#include "giemsa/runs/bar_chart.h"
#include "giemsa/runs/epoch_figures.h"
#include "giemsa/runs/run_view.h"

namespace giemsa {
namespace {

constexpr std::string_view kCharts[] = {"val_accuracy", "val_loss", "train_loss", "lr"};
constexpr std::size_t kWidestEpoch = 4;  // columns
constexpr std::size_t kMostRows = 4, kFixedRows = 4;

std::size_t length_of(const TrainingRun& run) {
  std::int64_t length = 0;
  for (const StageProgress& stage : run.stages) length += stage.length();
  return static_cast<std::size_t>(length);
}

/// "about 0:18 left", and when the last epoch ended once it is late.
std::string time_line(const TrainingRun& run, double since_epoch_s) {
  if (run.state() != RunState::Unfinished) return fmt::format("took {}", format_duration(run.seconds()));
  if (run.epochs.empty()) return "the first epoch has not ended yet";
  const double left = std::max(seconds_left(run.stages, run.epochs) - since_epoch_s, 0.0);
  std::string text = fmt::format("{} so far, about {} left", format_duration(run.seconds() + since_epoch_s),
                                 format_duration(left));
  if (since_epoch_s > 3 * run.epochs.back().seconds + 10)
    text +=
        fmt::format("; the last epoch ended {} ago: has the training ended?", format_duration(since_epoch_s));
  return text;
}

/// The names of the stages, each below its first epoch.
std::string stage_row(const TrainingRun& run, std::size_t columns) {
  const std::size_t length = std::max<std::size_t>(length_of(run), 1);
  std::string row;
  std::size_t epoch = 0, used = 0;
  for (const StageProgress& stage : run.stages) {
    const std::size_t begin = epoch * columns / length;
    epoch += static_cast<std::size_t>(stage.length());
    const std::size_t room = epoch * columns / length - begin;
    if (room < 2) continue;  // a mark without a name tells nothing
    row += std::string(begin - used, ' ');
    const std::string name = fit_columns("╵" + printable(stage.name), room);
    row += name;
    used = begin + static_cast<std::size_t>(std::ranges::count_if(
                       name, [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }));
  }
  return row;
}

void add_chart(std::vector<std::string>& lines, const TrainingRun& run, const EpochFigure& figure,
               std::size_t columns, std::size_t rows) {
  std::vector<double> values;
  const EpochRecord *low = nullptr, *high = nullptr;
  for (const EpochRecord& record : run.epochs) {
    const double value = record.*figure.value;
    values.push_back(value);
    if (!std::isfinite(value)) continue;
    if (!low || value < low->*figure.value) low = &record;
    if (!high || value > high->*figure.value) high = &record;
  }
  if (!low) return;
  lines.push_back(fmt::format("{} {}  ({} to {})", figure.title, text_of(figure, run.epochs.back()),
                              text_of(figure, *low), text_of(figure, *high)));
  for (std::string& line : bar_chart(values, length_of(run), columns, rows)) lines.push_back(std::move(line));
}

}  // namespace

std::vector<std::string> live_view(const TrainingRun& run, double since_epoch_s, std::size_t columns,
                                   std::size_t rows) {
  std::vector<std::string> lines = {fmt::format("{}: {}", printable(run.folder.string(), 300), standing(run)),
                                    stages_in_brief(run), time_line(run, since_epoch_s)};
  const std::size_t room = rows > kFixedRows ? (rows - kFixedRows) / std::size(kCharts) : 0;
  if (room >= 2 && !run.epochs.empty()) {  // a line of text and one of the chart
    const std::size_t width = std::min(columns, kWidestEpoch * length_of(run));
    for (const std::string_view key : kCharts)
      add_chart(lines, run, *std::ranges::find(epoch_figures(), key, &EpochFigure::key), width,
                std::min(room - 1, kMostRows));
    if (run.stages.size() > 1) lines.push_back(stage_row(run, width));
  }
  lines.resize(std::min(lines.size(), rows));
  for (std::string& line : lines) line = fit_columns(line, columns);
  return lines;
}

std::string epoch_line(const TrainingRun& run, const EpochRecord& record) {
  const auto planned = run.planned_epochs();
  std::vector<std::string> figures;
  for (const EpochFigure& figure : epoch_figures()) {
    figures.push_back(fmt::format("{} {}", figure.title, text_of(figure, record)));
  }
  if (record.best) figures.emplace_back("best so far");
  return fmt::format("epoch {}{} ({}): {}", record.epoch, planned ? fmt::format("/{}", *planned) : "",
                     printable(record.stage), join(figures, ", "));
}

}  // namespace giemsa
