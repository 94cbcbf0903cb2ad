#include <fmt/format.h>

#include <cmath>

#include "giemsa/core/text.h"
#include "giemsa/eval/report_numbers.h"
#include "giemsa/eval/report_parts.h"
#include "giemsa/page/parts.h"

namespace giemsa::report {
namespace {

using page::counted;
using page::per_cent;
using page::strong;

std::int64_t named_rightly(const Evaluation& e) {
  std::int64_t right = 0;
  for (std::size_t k = 0; k < e.confusion.size(); ++k) right += e.confusion[k][k];
  return right;
}

/// The class of which the largest share is missed; none when nothing is.
const ClassScores* hardest_class(const Evaluation& e) {
  const ClassScores* hardest = nullptr;
  for (const ClassScores& s : e.classes) {
    if (s.support > 0 && s.recall < (hardest ? hardest->recall : 1)) hardest = &s;
  }
  return hardest;
}

std::string accuracy_sentence(const ReportInput& input) {
  const Evaluation& e = input.evaluation;
  const bool whole = input.part.empty() || input.part == "all";
  const std::string interval = per_cent_interval(e.interval.accuracy);
  return fmt::format(
      "Of {}{}, the model named {} rightly: an accuracy of {}{}.", counted(e.count, "picture", "pictures"),
      whole ? "" : fmt::format(" of the {} part", printable(input.part)),
      strong(with_thousands(named_rightly(e))), strong(per_cent(e.accuracy)),
      interval.empty() ? "" : fmt::format(" ({:g}\u00a0% interval {})", 100 * e.bootstrap.level, interval));
}

std::string abstention_sentence(const ReportInput& input) {
  if (!input.trust || !input.trust->abstention) return {};
  const AbstentionFigures figures = abstention_figures(input.predictions, input.trust->abstention->reasons);
  if (figures.abstained == 0) return " By its own rule it leaves none unanswered.";
  return fmt::format(
      " By its own rule it leaves {} unanswered{}.", counted(figures.abstained, "picture", "pictures"),
      std::isfinite(figures.accuracy_answered)
          ? fmt::format("; of the others {} are named rightly", strong(per_cent(figures.accuracy_answered)))
          : "");
}

std::string robustness_sentence(const ReportInput& input) {
  if (!input.robustness) return {};
  const RobustnessTable& table = *input.robustness;
  std::string text;
  if (table.augmented)
    text += fmt::format(" On augmented copies it reaches {}.", strong(per_cent(table.augmented->accuracy)));
  if (!table.corruptions.empty())
    text += fmt::format(" Over {} it reaches {} on average.",
                        counted(static_cast<std::int64_t>(table.corruptions.size()), "kind of corruption",
                                "kinds of corruption"),
                        strong(per_cent(mean_accuracy(table))));
  return text;
}

/// What a tile says below its number.
std::string meaning(const std::string& interval, std::string_view words) {
  return interval.empty() ? std::string(words) : fmt::format("{}, {}", interval, words);
}

}  // namespace

std::string summary(const ReportInput& input) {
  std::string text = accuracy_sentence(input);
  if (const ClassScores* hardest = hardest_class(input.evaluation))
    text += fmt::format(" The hardest class is {}, of which it found {}.", strong(hardest->name),
                        per_cent(hardest->recall));
  if (input.trust && input.trust->fitted_on_these)
    text +=
        " The model was calibrated on these pictures, which makes its figures of certainty a little too "
        "good.";
  return text + abstention_sentence(input) + robustness_sentence(input);
}

std::vector<page::Tile> tiles(const Evaluation& e) {
  const auto share = [&](const char* name, double value, const Interval& interval, const char* words) {
    return page::Tile{name, per_cent(value), meaning(per_cent_interval(interval), words)};
  };
  return {share("Accuracy", e.accuracy, e.interval.accuracy, "all pictures alike"),
          share("Balanced accuracy", e.balanced_accuracy, e.interval.balanced_accuracy,
                "mean recall of the classes"),
          share("Macro F1", e.macro.f1, e.macro.interval.f1, "every class alike"),
          share("ROC AUC", e.roc_auc, e.interval.roc_auc, "one class against the rest, macro"),
          {"Calibration error", per_cent(e.ece),
           meaning(per_cent_interval(e.interval.ece), "how far stated and true certainty differ")}};
}

Chapter card_chapter(const ReportInput& input, const std::filesystem::path& figures) {
  Chapter chapter("card", "Model card", figures);
  chapter.pairs(input.card);
  if (!input.made.empty() || !input.config_toml.empty()) chapter.heading("How it was made");
  chapter.pairs(input.made);
  if (!input.config_toml.empty()) {
    chapter.only_html(fmt::format("<details><summary>config.toml</summary><pre>{}</pre></details>\n",
                                  escape_html(input.config_toml)));
    chapter.only_markdown("The configuration is config.toml of the run.\n\n");
  }
  return chapter;
}

}  // namespace giemsa::report
