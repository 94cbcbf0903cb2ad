#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "giemsa/core/text.h"
#include "giemsa/eval/report_numbers.h"
#include "giemsa/eval/report_parts.h"
#include "giemsa/metrics/wilson.h"
#include "giemsa/page/parts.h"

namespace giemsa::report {
namespace {

using page::counted;
using page::per_cent;
using page::strong;

page::Series reliability_points(const char* title, const std::vector<ReliabilityBin>& bins) {
  page::Series series{.title = title, .look = page::Look::Ranges, .size = 0.7};
  for (const ReliabilityBin& bin : bins) {
    if (bin.count == 0) continue;
    const Interval interval = wilson_interval(bin.accuracy, bin.count);
    series.x.push_back(100 * bin.confidence);
    series.y.push_back(100 * bin.accuracy);
    series.low.push_back(100 * interval.low);
    series.high.push_back(100 * interval.high);
  }
  return series;
}

page::Chart reliability_chart(const ReportInput& input) {
  const std::vector<ReliabilityBin>& bins = input.evaluation.curves.reliability;
  page::Chart chart{.name = "reliability",
                    .caption = "Reliability: stated and true certainty",
                    .label = "The share named rightly against the stated probability",
                    .x = {.label = "stated probability, per cent", .low = 0, .high = 100},
                    .y = {.label = "named rightly, per cent", .low = 0, .high = 100},
                    .series = {},
                    .width = 520,
                    .height = 400};
  page::Series shares{.title = "share of pictures", .look = page::Look::Boxes, .ink = page::kGrid};
  for (const ReliabilityBin& bin : bins) {
    shares.x.push_back(50 * (bin.low + bin.high));
    shares.y.push_back(100 * static_cast<double>(bin.count) / static_cast<double>(input.evaluation.count));
    shares.size = 90 * (bin.high - bin.low);
  }
  chart.series = {shares,
                  {.title = "ideal",
                   .x = {0, 100},
                   .y = {0, 100},
                   .look = page::Look::Line,
                   .ink = page::kText,
                   .dashes = 3,
                   .width = 1.5,
                   .in_key = false}};
  const bool calibrated =
      input.trust && input.trust->calibration && !input.trust->calibration->before.empty();
  if (calibrated) {
    page::Series before = reliability_points("before calibration", input.trust->calibration->before);
    before.look = page::Look::LinePoints;
    before.ink = page::kEosin;
    before.dashes = 2;
    chart.series.push_back(std::move(before));
  }
  chart.series.push_back(reliability_points(calibrated ? "after" : "as measured", bins));
  return chart;
}

/// The point of the curve that answers at least `coverage`, with the fewest answers; null without any.
const RiskPoint* at_coverage(const std::vector<RiskPoint>& curve, double coverage) {
  const auto found =
      std::ranges::find_if(curve, [&](const RiskPoint& p) { return p.coverage >= coverage - 1e-12; });
  return found == curve.end() ? nullptr : &*found;
}

page::Chart risk_chart(const ReportInput& input) {
  const std::vector<RiskPoint>& curve = input.evaluation.curves.risk_coverage;
  page::Chart chart{.name = "risk_coverage",
                    .caption = "Risk and coverage: leaving the unsure unanswered",
                    .label = "The share of wrong answers against the share of answered pictures",
                    .x = {.label = "answered, per cent", .low = 0, .high = 100},
                    .y = {.label = "wrong among them, per cent", .low = 0},
                    .series = {},
                    .width = 520,
                    .height = 400};
  page::Series line{.title = "by the largest probability", .look = page::Look::Line};
  for (const std::size_t i : page::thinned(curve.size(), kMostPoints)) {
    line.x.push_back(100 * curve[i].coverage);
    line.y.push_back(100 * curve[i].risk);
  }
  chart.series.push_back(std::move(line));
  if (input.trust && input.trust->abstention) {
    const AbstentionFigures figures = abstention_figures(input.predictions, input.trust->abstention->reasons);
    chart.series.push_back({.title = "the chosen rule",
                            .x = {100 * figures.coverage},
                            .y = {100 * (1 - figures.accuracy_answered)},
                            .look = page::Look::Points,
                            .ink = page::kEosin,
                            .size = 1.2});
  }
  // A curve without any mistake would leave the axis without an extent.
  if (input.evaluation.accuracy == 1) chart.y.high = 1;
  return chart;
}

page::Table coverage_table(const std::vector<RiskPoint>& curve) {
  page::Table table{.heads = {"Answered, %", "Named rightly, %", "Least probability"}, .rows = {}};
  for (const double coverage : {0.8, 0.9, 0.95, 0.98, 0.99, 1.0}) {
    const RiskPoint* point = at_coverage(curve, coverage);
    if (!point) continue;
    std::vector<std::string> row = {page::per_cent_digits(point->coverage),
                                    page::per_cent_digits(1 - point->risk), page::number(point->threshold)};
    if (table.rows.empty() || table.rows.back() != row) table.rows.push_back(std::move(row));
  }
  return table;
}

void calibration_part(Chapter& chapter, const CalibrationSummary& calibration, const Evaluation& e) {
  chapter.heading("Calibration");
  chapter.note(fmt::format(
      "The probabilities are those after {}, which makes them mean what they say on pictures like "
      "those it was fitted on. The names do not depend on it unless each class has its own "
      "factor.",
      strong(calibration.method)));
  const auto row = [](const char* name, double before, double after) {
    return std::vector<std::string>{name, page::number(before), page::number(after)};
  };
  chapter.table({.heads = {"Figure", "Before", "After"},
                 .rows = {row("Calibration error (ECE)", calibration.ece_before, e.ece),
                          row("Log-loss", calibration.log_loss_before, e.log_loss),
                          row("Brier score", calibration.brier_before, e.brier)}},
                "narrow");
}

void conformal_part(Chapter& chapter, const ConformalSummary& sets, const ReportInput& input) {
  chapter.heading("Sets of classes");
  const std::string interval = per_cent_interval(sets.coverage_interval);
  chapter.note(fmt::format(
      "In place of one name the model can give a set of names ({}), made to hold the true one for {} of "
      "pictures like those it was fitted on. Of these pictures {}{} have it in their set; a set has {} names "
      "on average.",
      strong(sets.method), per_cent(sets.level), strong(per_cent(sets.coverage)),
      interval.empty() ? "" : fmt::format(" (95\u00a0% interval {})", interval),
      strong(page::number(sets.mean_size, 3))));
  std::int64_t pictures = 0;
  for (const std::int64_t count : sets.sizes) pictures += count;
  page::Table sizes{.heads = {"Names in the set", "Pictures", "Per cent"}, .rows = {}};
  for (std::size_t s = 0; s < sets.sizes.size(); ++s) {
    if (sets.sizes[s] == 0) continue;
    sizes.rows.push_back(
        {std::to_string(s), with_thousands(sets.sizes[s]),
         page::per_cent_digits(static_cast<double>(sets.sizes[s]) / static_cast<double>(pictures))});
  }
  chapter.table(sizes, "narrow");
  page::Table classes{.heads = {"Class", "True name in the set, %"}, .rows = {}};
  for (std::size_t k = 0; k < sets.class_coverage.size(); ++k)
    classes.rows.push_back({input.predictions.classes[k], page::per_cent_digits(sets.class_coverage[k])});
  chapter.table(classes, "narrow");
}

void abstention_part(Chapter& chapter, const AbstentionSummary& abstention, const Predictions& predictions) {
  const AbstentionFigures figures = abstention_figures(predictions, abstention.reasons);
  chapter.heading("When the model does not answer");
  chapter.note(fmt::format(
      "It leaves a picture to a person when {}.{} Here it answers {} and leaves {}.",
      printable(abstention.rule, 300),
      std::isfinite(abstention.chosen_coverage)
          ? fmt::format(" The rule was chosen to answer {}.", per_cent(abstention.chosen_coverage))
          : "",
      strong(per_cent(figures.coverage)), counted(figures.abstained, "picture", "pictures")));
  page::Table table{.heads = {"", "Pictures", "Named rightly, %"},
                    .rows = {{"answered", with_thousands(figures.answered),
                              page::per_cent_digits(figures.accuracy_answered)},
                             {"not answered", with_thousands(figures.abstained),
                              page::per_cent_digits(figures.accuracy_abstained)}}};
  for (const auto& [reason, count] : figures.reasons)
    table.rows.push_back({fmt::format("– {}", reason), with_thousands(count), ""});
  chapter.table(table, "narrow");
  chapter.note("For those that are not answered: had the model named them all the same.");
}

}  // namespace

Chapter trust_chapter(const ReportInput& input, const std::filesystem::path& figures) {
  const Evaluation& e = input.evaluation;
  Chapter chapter("trust", "Can it be believed?", figures);
  chapter.charts({reliability_chart(input), risk_chart(input)});
  chapter.note(
      "Left: pictures gathered by the probability of the name they got. On the dotted line the model is "
      "right as often as it says; below it is too sure. The bars reach as far as chance may have moved a "
      "point (95\u00a0%, Wilson); the grey columns show how many pictures are there. Right: how many wrong "
      "answers remain when only the surest pictures are answered.");
  chapter.table(coverage_table(e.curves.risk_coverage), "narrow");
  if (!input.trust) return chapter;
  const TrustSummary& trust = *input.trust;
  if (trust.calibration) calibration_part(chapter, *trust.calibration, e);
  if (trust.conformal) conformal_part(chapter, *trust.conformal, input);
  if (trust.abstention) abstention_part(chapter, *trust.abstention, input.predictions);
  if (!trust.fitted_on.empty()) {
    chapter.note(
        fmt::format("All of this was fitted on {}.{}", strong(trust.fitted_on),
                    trust.fitted_on_these
                        ? " Some of the pictures measured here are among them, which makes these figures too "
                          "good."
                        : ""));
  }
  return chapter;
}

}  // namespace giemsa::report
