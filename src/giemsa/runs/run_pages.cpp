#include "giemsa/runs/run_pages.h"

#include <fmt/format.h>

#include "giemsa/core/error.h"
#include "giemsa/core/file.h"
#include "giemsa/core/text.h"
#include "giemsa/page/epoch_chart.h"
#include "giemsa/page/page.h"
#include "giemsa/page/parts.h"
#include "giemsa/runs/comparison.h"
#include "giemsa/runs/epoch_figures.h"
#include "giemsa/runs/option_differences.h"
#include "giemsa/runs/run_list.h"
#include "giemsa/runs/run_view.h"

namespace giemsa {

namespace fs = std::filesystem;

namespace {

using page::kEosin;
using page::kText;
using page::kViolet;

std::vector<double> values_of(const std::vector<EpochRecord>& epochs, double EpochRecord::*value) {
  std::vector<double> values;
  for (const EpochRecord& record : epochs) values.push_back(record.*value);
  return values;
}

fs::path figures_of(const fs::path& html) {
  return html.parent_path() / fmt::format("{}_figures", html.stem().string());
}

void write_page(const fs::path& html, const page::Page& page) {
  if (html.has_parent_path()) prepare_output_folder(html.parent_path());
  write_atomic(html, page::render(page));
}

/// What is marked along the epochs: where the stages begin, and the best epoch.
page::EpochMarks marks_of(const TrainingRun& run) {
  page::EpochMarks marks;
  for (std::size_t i = 1; i < run.epochs.size(); ++i) {
    if (run.epochs[i].stage != run.epochs[i - 1].stage)
      marks.begins.push_back(static_cast<std::int64_t>(i) + 1);
  }
  if (const EpochRecord* best = run.best()) marks.kept = best->epoch;
  return marks;
}

std::string run_curves(const fs::path& folder, const TrainingRun& run) {
  const auto curve = [&](const char* title, const page::Ink& ink, double EpochRecord::*value) {
    return page::epoch_series(title, ink, values_of(run.epochs, value));
  };
  const page::EpochMarks marks = marks_of(run);
  page::Chart rate = page::epoch_chart("rate", "Learning rate",
                                       {curve("at the last step", kViolet, &EpochRecord::lr)}, marks);
  rate.y.log = page::wants_log(rate);
  std::string drawings;
  for (const page::Chart& chart : {
           page::epoch_chart("loss", "Loss (lower is better)",
                             {curve("training", kEosin, &EpochRecord::train_loss),
                              curve("validation", kViolet, &EpochRecord::val_loss)},
                             marks),
           page::epoch_chart("accuracy", "Accuracy",
                             {curve("training", kEosin, &EpochRecord::train_accuracy),
                              curve("validation", kViolet, &EpochRecord::val_accuracy)},
                             marks),
           page::epoch_chart("scores", "Validation figures",
                             {curve("balanced", kViolet, &EpochRecord::val_balanced_accuracy),
                              curve("macro F1", kEosin, &EpochRecord::val_macro_f1),
                              curve("AUC", kText, &EpochRecord::val_auc)},
                             marks),
           rate,
       }) {
    drawings += page::draw(folder, chart);
  }
  if (drawings.empty()) return {};
  return page::side_by_side(drawings) +
         "<p class=\"note\">Thin lines: a stage begins. The dotted line marks the epoch whose weights are "
         "the "
         "model. Training figures are taken from altered (augmented) pictures while the network still "
         "learns.</p>\n";
}

std::string options_part(const TrainingRun& run) {
  if (!run.config) return {};
  std::vector<std::pair<std::string, std::string>> pairs;
  for (const auto& [key, value] : unlike_defaults(*run.config))
    pairs.emplace_back(key, printable(value, 300));
  return page::pairs(pairs);
}

std::string data_part(const RunData& data) {
  std::vector<std::pair<std::string, std::string>> counts;
  for (const auto& [part, count] : data.parts)
    counts.emplace_back(part, page::counted(count, "picture", "pictures"));
  if (data.findings > 0) counts.emplace_back("could not be used", std::to_string(data.findings));
  return page::pairs(counts) + (data.classes.heads.empty() ? "" : data.classes.html());
}

std::string summary(const TrainingRun& run) {
  std::string text = escape_html(standing(run)) + ".";
  if (run.config) {
    text += fmt::format("<br>{}, {}", page::outside(run.config->model.name),
                        page::outside(recipe_in_brief(*run.config)));
  }
  for (const std::string& problem : run.problems) text += fmt::format("<br>Broken: {}", escape_html(problem));
  return text;
}

std::vector<page::Tile> run_tiles(const TrainingRun& run) {
  const EpochRecord* best = run.best();
  const auto planned = run.planned_epochs();
  const auto share = [&](double EpochRecord::*value) { return best ? page::per_cent(best->*value) : "–"; };
  return {{"Accuracy", share(&EpochRecord::val_accuracy), "validation part, best epoch"},
          {"Macro F1", share(&EpochRecord::val_macro_f1), "mean over the classes"},
          {"Loss", best ? fmt::format("{:.4f}", best->val_loss) : "–", "validation part, best epoch"},
          {"Epochs", std::to_string(run.epochs.size()), planned ? fmt::format("of {}", *planned) : ""},
          {"Time", format_duration(run.seconds()), "of all epochs"}};
}

/// A drawing for the losses and each validation figure, with a line for each run.
std::string comparison_curves(const fs::path& folder, std::span<const TrainingRun> runs) {
  std::string drawings;
  for (const EpochFigure& figure : epoch_figures()) {
    const bool validation = figure.key.starts_with("val_");
    if (!validation && figure.key != "train_loss") continue;
    std::vector<page::Series> lines;
    for (std::size_t i = 0; i < runs.size(); ++i) {
      lines.push_back(page::epoch_series(std::to_string(i + 1), page::kInks[i % page::kInks.size()],
                                         values_of(runs[i].epochs, figure.value)));
      lines.back().dashes = static_cast<int>(i / page::kInks.size()) + 1;
    }
    drawings += page::draw(
        folder, page::epoch_chart(std::string(figure.key),
                                  fmt::format("{}{}", validation ? "validation: " : "", figure.title),
                                  std::move(lines)));
  }
  return page::side_by_side(drawings);
}

/// What the numbers in the tables and figures stand for.
std::string run_names(std::span<const TrainingRun> runs) {
  std::vector<std::pair<std::string, std::string>> names;
  for (std::size_t i = 0; i < runs.size(); ++i) {
    std::string name =
        fmt::format("{}, {}", printable(runs[i].folder.string(), 300), name_of(runs[i].state()));
    for (const std::string& problem : runs[i].problems) name += fmt::format(": {}", problem);
    names.emplace_back(std::to_string(i + 1), std::move(name));
  }
  return page::pairs(names);
}

}  // namespace

void write_run_page(const fs::path& html, const TrainingRun& run, const RunData& data) {
  const page::Page page{
      .kind = "Training run",
      .title = printable(run.folder.string(), 300),
      .summary = summary(run),
      .tiles = run_tiles(run),
      .sections = {{"curves", "Curves", run_curves(figures_of(html), run)},
                   {"epochs", "Epochs", run.epochs.empty() ? "" : epochs_table(run).html()},
                   {"options", "Options that are not at their defaults", options_part(run)},
                   {"data", "Data", data_part(data)},
                   {"environment", "Made on", page::pairs(run.environment)}},
      .style = {},
      .footer =
          "Figures of the validation part chose the best epoch, which makes them a little too good; "
          "giemsa evaluate measures the model on the test part."};
  write_page(html, page);
}

void write_comparison_page(const fs::path& html, std::span<const TrainingRun> runs) {
  require(runs.size() <= kMostCompared, ErrorKind::Usage,
          fmt::format("[runs] {} runs to compare; at most {} can be told apart in a figure", runs.size(),
                      kMostCompared));
  const Table differences = differences_table(runs);
  const page::Page page{
      .kind = "Training runs",
      .title = fmt::format("{} runs side by side", runs.size()),
      .summary = differences.rows.empty() ? "Their options are alike." : escape_html(unlike_data(runs)),
      .tiles = {},
      .sections = {{"runs", "Runs", run_names(runs)},
                   {"curves", "Curves", comparison_curves(figures_of(html), runs)},
                   {"differences", "What differs", differences.rows.empty() ? "" : differences.html()},
                   {"figures", "Figures", figures_table(runs).html()}},
      .style = {},
      .footer =
          "The best of many runs is chosen on the validation pictures, which makes its figure there too "
          "good. Measure it on pictures that had no part in the choice."};
  write_page(html, page);
}

}  // namespace giemsa
