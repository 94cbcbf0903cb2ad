#include <fmt/format.h>

#include <cmath>

#include "giemsa/core/text.h"
#include "giemsa/eval/report_numbers.h"
#include "giemsa/eval/report_parts.h"
#include "giemsa/page/parts.h"

namespace giemsa::report {
namespace {

using page::strong;

std::vector<std::string> class_row(const ClassScores& s) {
  const auto& i = s.interval;
  return {s.name,
          share_cell(s.precision, i.precision),
          share_cell(s.recall, i.recall),
          share_cell(s.f1, i.f1),
          share_cell(s.roc_auc, i.roc_auc),
          share_cell(s.average_precision, i.average_precision),
          with_thousands(s.support)};
}

/// What an interval is, where there are any.
std::string interval_note(const Evaluation& e) {
  if (e.bootstrap.resamples == 0) return {};
  return fmt::format(
      " The smaller numbers are {:g}\u00a0% intervals: where a figure would lie had other pictures of the "
      "same kind been measured, by {} resamplings within each class (bootstrap, seed {}). Where every "
      "resampling gives the same, as where all were right, there is none.",
      100 * e.bootstrap.level, with_thousands(e.bootstrap.resamples), e.bootstrap.seed);
}

}  // namespace

Chapter classes_chapter(const ReportInput& input, const std::filesystem::path& figures) {
  const Evaluation& e = input.evaluation;
  Chapter chapter("classes", "Each class", figures);
  chapter.note(fmt::format(
      "In per cent. {}: of the pictures named so, how many truly are. {} (sensitivity): of the pictures "
      "that truly are, how many were found. {}: the harmonic mean of both. {}: how well the probability of "
      "the class sets it apart from all others, whatever the threshold; PR AUC is the stricter one for rare "
      "classes.{}",
      strong("Precision"), strong("Recall"), strong("F1"), strong("ROC AUC, PR AUC"), interval_note(e)));
  page::Table table{.heads = {"Class", "Precision", "Recall", "F1", "ROC AUC", "PR AUC", "Pictures"},
                    .rows = {},
                    .foot = {class_row(e.macro), class_row(e.weighted)}};
  for (const ClassScores& s : e.classes) table.rows.push_back(class_row(s));
  chapter.table(table);
  chapter.note(
      "The macro average counts every class alike, the weighted one by its pictures. A quotient without "
      "pictures counts as 0; an AUC that is not defined (–) is left out of its averages.");
  return chapter;
}

Chapter scores_chapter(const ReportInput& input, const std::filesystem::path& figures) {
  const Evaluation& e = input.evaluation;
  const OverallFigures<Interval>& i = e.interval;
  const std::string k = std::to_string(e.classes.size());
  const auto share = [](const char* name, double value, const Interval& interval, const std::string& says) {
    return std::vector<std::string>{name, share_cell(value, interval), says};
  };
  const auto figure = [](const char* name, double value, const Interval& interval, const char* says) {
    return std::vector<std::string>{name, number_cell(value, interval), says};
  };
  page::Table table{.heads = {"Figure", "Value", "What it says"}, .rows = {}, .words = {2}};
  table.rows = {
      share("Accuracy, %", e.accuracy, i.accuracy, "Pictures named rightly, of all."),
      share("Balanced accuracy, %", e.balanced_accuracy, i.balanced_accuracy,
            "Mean recall of the classes: rare ones count as much as common ones."),
      share("Macro F1, %", e.macro.f1, e.macro.interval.f1, "Mean F1 of the classes, each alike."),
      share("Weighted F1, %", e.weighted.f1, e.weighted.interval.f1, "The same, each by its pictures."),
      share("ROC AUC, %", e.roc_auc, i.roc_auc,
            "How often a picture of a class gets a higher probability for it than one of another class; "
            "mean of the classes. 50: chance."),
      share("PR AUC, %", e.average_precision, i.average_precision,
            "Mean precision over all thresholds (average precision); mean of the classes."),
      figure("MCC", e.mcc, i.mcc,
             "Matthews' correlation of name and truth, over the whole matrix. 1: perfect, 0: chance."),
      figure("Cohen's kappa", e.kappa, i.kappa,
             "Agreement of name and truth beyond what chance would give. 1: perfect, 0: chance."),
      figure("Log-loss", e.log_loss, i.log_loss,
             "How much the truth surprises the model, in nats a picture; sure mistakes weigh most. 0: best."),
      figure("Brier score", e.brier, i.brier,
             "Squared distance of the probabilities from the truth. 0: best, 2: sure and wrong."),
      share("Calibration error (ECE), %", e.ece, i.ece,
            "How far the stated probability lies from the share named rightly, on average. 0: best."),
      figure("AURC", e.aurc, i.aurc,
             "Share of wrong answers among the answered, averaged from the surest picture alone to all. 0: "
             "best."),
      figure("AUGRC", e.augrc, i.augrc,
             "Share of all pictures that is answered and wrong, averaged in the same way. 0: best."),
      share("MedMNIST AUC, %", e.medmnist.auc, {},
            "As the benchmark's own program counts; not defined without pictures of each of the " + k +
                " classes."),
      share("MedMNIST ACC, %", e.medmnist.acc, {}, "As the benchmark's own program counts."),
  };
  Chapter chapter("figures", "All figures", figures);
  chapter.table(table, "figures");
  return chapter;
}

}  // namespace giemsa::report
