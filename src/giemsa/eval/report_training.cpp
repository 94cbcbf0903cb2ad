#include <fmt/format.h>

#include "giemsa/core/text.h"
#include "giemsa/eval/report_numbers.h"
#include "giemsa/eval/report_parts.h"
#include "giemsa/page/epoch_chart.h"
#include "giemsa/page/parts.h"

namespace giemsa::report {
namespace {

/// Of a long training the epochs that are drawn.
std::vector<EpochRecord> drawn_epochs(const std::vector<EpochRecord>& epochs) {
  std::vector<EpochRecord> drawn;
  for (const std::size_t i : page::thinned(epochs.size(), kMostPoints)) drawn.push_back(epochs[i]);
  return drawn;
}

page::Series line(const std::vector<EpochRecord>& epochs, const char* title, const page::Ink& ink,
                  double scale, double EpochRecord::*figure) {
  page::Series series{.title = title, .ink = ink};
  for (const EpochRecord& e : epochs) {
    series.x.push_back(static_cast<double>(e.epoch));
    series.y.push_back(scale * (e.*figure));
  }
  return series;
}

page::EpochMarks marks_of(const std::vector<EpochRecord>& epochs) {
  page::EpochMarks marks;
  for (std::size_t i = 0; i < epochs.size(); ++i) {
    if (i > 0 && epochs[i].stage != epochs[i - 1].stage) marks.begins.push_back(epochs[i].epoch);
    if (epochs[i].best) marks.kept = epochs[i].epoch;
  }
  return marks;
}

page::Chart chart(const char* name, const char* caption, const ReportInput& input, double scale,
                  double EpochRecord::*train, double EpochRecord::*val) {
  const std::vector<EpochRecord> epochs = drawn_epochs(input.epochs);
  page::Series training = line(epochs, "training", page::kEosin, scale, train);
  training.dashes = 2;
  return page::epoch_chart(name, caption, {training, line(epochs, "validation", page::kViolet, scale, val)},
                           marks_of(input.epochs));
}

/// "head epochs 1–2, all epochs 3–8"
std::string stage_list(const std::vector<EpochRecord>& epochs) {
  std::vector<std::string> stages;
  for (std::size_t begin = 0, end = 0; begin < epochs.size(); begin = end) {
    while (end < epochs.size() && epochs[end].stage == epochs[begin].stage) ++end;
    stages.push_back(fmt::format("{} epochs {}–{}", page::strong(epochs[begin].stage), epochs[begin].epoch,
                                 epochs[end - 1].epoch));
  }
  return join(stages, ", ");
}

}  // namespace

Chapter training_chapter(const ReportInput& input, const std::filesystem::path& figures) {
  Chapter chapter("training", "Training", figures);
  if (input.epochs.empty()) return chapter;
  chapter.charts(
      {chart("loss", "Loss (lower is better)", input, 1, &EpochRecord::train_loss, &EpochRecord::val_loss),
       chart("accuracy", "Accuracy, per cent", input, 100, &EpochRecord::train_accuracy,
             &EpochRecord::val_accuracy)});
  const std::int64_t kept = marks_of(input.epochs).kept;
  chapter.note(fmt::format(
      "Stages: {}. {}Training figures are taken from altered (augmented) pictures while the network still "
      "learns; they may lie below those of validation.",
      stage_list(input.epochs),
      kept > 0 ? fmt::format("The dotted line marks epoch {}, whose weights are the model. ", kept) : ""));
  return chapter;
}

}  // namespace giemsa::report
