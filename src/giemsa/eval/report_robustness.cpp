#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "giemsa/core/text.h"
#include "giemsa/eval/report_numbers.h"
#include "giemsa/eval/report_parts.h"
#include "giemsa/page/parts.h"

namespace giemsa::report {
namespace {

using page::per_cent_digits;
using page::strong;

std::size_t most_severities(const RobustnessTable& table) {
  std::size_t most = 0;
  for (const CorruptionFigures& c : table.corruptions) most = std::max(most, c.severities.size());
  return most;
}

/// "jpeg_compression" → "jpeg compression".
std::string spoken(std::string name) {
  std::ranges::replace(name, '_', ' ');
  return name;
}

/// How strongly a cell is shaded: by what is lost against clean pictures, half of all at the most.
double shade(double clean, double accuracy) {
  constexpr double kStrongest = 0.8;
  const double loss = std::clamp((clean - accuracy) / 0.5, 0.0, 1.0);
  return std::isfinite(loss) ? kStrongest * std::sqrt(loss) : 0;
}

page::Table corruption_table(const RobustnessTable& table) {
  const std::size_t severities = most_severities(table);
  page::Table shown{.heads = {"Corruption"}, .rows = {}};
  for (std::size_t s = 1; s <= severities; ++s) shown.heads.push_back(std::to_string(s));
  shown.heads.insert(shown.heads.end(), {"Mean", "Balanced error"});
  std::vector<std::string> foot = {"mean"};
  foot.resize(severities + 1);
  foot.insert(foot.end(),
              {per_cent_digits(mean_accuracy(table)), per_cent_digits(mean_balanced_error(table))});
  RelativeErrors relative;
  if (table.reference) {
    relative = relative_errors(table, *table.reference);
    shown.heads.insert(shown.heads.end(), {"BE", "rBE"});
    foot.insert(foot.end(), {page::number(relative.mean_be, 2), page::number(relative.mean_rbe, 2)});
  }
  for (std::size_t c = 0; c < table.corruptions.size(); ++c) {
    const CorruptionFigures& corruption = table.corruptions[c];
    std::vector<std::string> row = {spoken(corruption.name)};
    std::vector<double> shades = {0};
    for (std::size_t s = 0; s < severities; ++s) {
      const SetFigures set = s < corruption.severities.size() ? corruption.severities[s] : SetFigures{};
      row.push_back(per_cent_digits(set.accuracy));
      shades.push_back(shade(table.clean.accuracy, set.accuracy));
    }
    row.insert(row.end(), {per_cent_digits(mean_accuracy(corruption)),
                           per_cent_digits(mean_balanced_error(corruption))});
    if (table.reference)
      row.insert(row.end(), {page::number(relative.be[c], 2), page::number(relative.rbe[c], 2)});
    shades.resize(row.size(), 0);
    shown.rows.push_back(std::move(row));
    shown.shades.push_back(std::move(shades));
  }
  shown.foot = {std::move(foot)};
  return shown;
}

page::Chart chart(const RobustnessTable& table) {
  page::Chart chart{.name = "robustness",
                    .caption = "Accuracy as the corruption grows, per cent",
                    .label = "The accuracy under each corruption against its severity",
                    .x = {.label = "severity; 0: clean", .whole = true},
                    .y = {},
                    .series = {},
                    .width = 900,
                    .height = 440};
  for (std::size_t c = 0; c < table.corruptions.size(); ++c) {
    const CorruptionFigures& corruption = table.corruptions[c];
    page::Series series{.title = spoken(corruption.name),
                        .x = {0},
                        .y = {100 * table.clean.accuracy},
                        .ink = page::kInks[c % page::kInks.size()],
                        .dashes = c < page::kInks.size() ? 1 : 2,
                        .size = 0.5};
    for (std::size_t s = 0; s < corruption.severities.size(); ++s) {
      series.x.push_back(static_cast<double>(s + 1));
      series.y.push_back(100 * corruption.severities[s].accuracy);
    }
    chart.series.push_back(std::move(series));
  }
  return chart;
}

/// As Table 1 of a report: clean and augmented pictures side by side.
page::Table augmented_table(const Evaluation& clean, const Evaluation& augmented) {
  page::Table table{.heads = {"Pictures", "Accuracy", "Precision", "Recall", "F1", "Macro F1", "ROC AUC"},
                    .rows = {}};
  for (const auto& [name, e] : {std::pair{"clean", &clean}, {"augmented", &augmented}}) {
    const ClassFigures<Interval>& w = e->weighted.interval;
    table.rows.push_back(
        {name, share_cell(e->accuracy, e->interval.accuracy), share_cell(e->weighted.precision, w.precision),
         share_cell(e->weighted.recall, w.recall), share_cell(e->weighted.f1, w.f1),
         share_cell(e->macro.f1, e->macro.interval.f1), share_cell(e->roc_auc, e->interval.roc_auc)});
  }
  return table;
}

}  // namespace

Chapter robustness_chapter(const ReportInput& input, const std::filesystem::path& figures) {
  Chapter chapter("robustness", "Worse pictures", figures);
  if (!input.robustness) return chapter;
  const RobustnessTable& table = *input.robustness;
  if (table.augmented) {
    chapter.note(fmt::format(
        "The same pictures as they are and augmented{}, in per cent; precision, recall and F1 are weighted "
        "averages.",
        table.augmentation.empty() ? "" : fmt::format(" ({})", printable(table.augmentation, 300))));
    chapter.table(augmented_table(input.evaluation, *table.augmented));
  }
  if (table.corruptions.empty()) return chapter;
  chapter.note(
      fmt::format("{} with each corruption at each severity, from 1 to {}, drawn with seed {}: accuracy in "
                  "per cent, on clean pictures {}. {}: the mean over the severities of 1 − balanced "
                  "accuracy, in per cent.",
                  page::counted(table.pictures, "picture", "pictures"), most_severities(table), table.seed,
                  strong(per_cent_digits(table.clean.accuracy)), strong("Balanced error")));
  chapter.table(corruption_table(table));
  if (table.reference) {
    chapter.note(fmt::format(
        "{}: the balanced error as a multiple of that of {}; {}: the same of what the corruption adds to "
        "the error on clean pictures. Below 1 is better than the reference, whose figures hold for its own "
        "pictures.",
        strong("BE"), strong(table.reference->name), strong("rBE")));
  }
  chapter.charts({chart(table)});
  return chapter;
}

}  // namespace giemsa::report
