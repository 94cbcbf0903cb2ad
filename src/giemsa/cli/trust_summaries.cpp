#include "giemsa/cli/trust_summaries.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "giemsa/core/text.h"
#include "giemsa/eval/evaluation.h"
#include "giemsa/metrics/wilson.h"

namespace giemsa {
namespace {

CalibrationSummary summarise_calibration(const Calibration& calibration, const AnsweredPictures& answered) {
  CalibrationSummary summary;
  summary.method = calibration.is_temperature()
                       ? fmt::format("temperature {:.3f}", 1 / calibration.scale.front())
                       : "a scale and a shift for each class (vector scaling)";
  Predictions plain = answered.predictions;
  plain.probabilities = answered.plain;
  const Evaluation before = evaluate(plain);
  summary.log_loss_before = before.log_loss;
  summary.brier_before = before.brier;
  summary.ece_before = before.ece;
  summary.before = before.curves.reliability;
  return summary;
}

ConformalSummary summarise_sets(const ConformalSets& sets, const AnsweredPictures& answered) {
  const Predictions& predictions = answered.predictions;
  ConformalSummary summary{.method = "least ambiguous sets", .level = sets.level};
  std::vector<std::int64_t> held(predictions.classes.size()), pictures(held);
  std::int64_t all_held = 0, labelled = 0;
  double classes = 0;
  for (std::size_t i = 0; i < predictions.size(); ++i) {
    const std::vector<int>& set = *answered.judgements[i].set;
    if (set.size() >= summary.sizes.size()) summary.sizes.resize(set.size() + 1);
    ++summary.sizes[set.size()];
    classes += static_cast<double>(set.size());
    if (predictions.labels[i] < 0) continue;
    const bool holds = std::ranges::find(set, predictions.labels[i]) != set.end();
    const auto label = static_cast<std::size_t>(predictions.labels[i]);
    held[label] += holds;
    ++pictures[label];
    all_held += holds;
    ++labelled;
  }
  summary.mean_size = classes / static_cast<double>(predictions.size());
  if (labelled > 0) {
    summary.coverage = static_cast<double>(all_held) / static_cast<double>(labelled);
    summary.coverage_interval = wilson_interval(summary.coverage, labelled);
  }
  for (std::size_t k = 0; k < held.size(); ++k)
    summary.class_coverage.push_back(static_cast<double>(held[k]) /
                                     static_cast<double>(pictures[k]));  // or NaN
  return summary;
}

AbstentionSummary summarise_abstention(const Abstention& rule, const AnsweredPictures& answered) {
  AbstentionSummary summary{
      .rule = fmt::format("the largest probability is below {:.3f}", rule.least_confidence),
      .chosen_coverage = rule.coverage,
      .reasons = {}};
  if (std::isfinite(rule.most_novelty)) {
    summary.rule += fmt::format(", or the picture is unlike the training cells (novelty above {:.2f})",
                                rule.most_novelty);
  }
  for (const Judgement& judgement : answered.judgements) {
    summary.reasons.emplace_back(judgement.verdict == Verdict::Unlike   ? "unlike the training cells"
                                 : judgement.verdict == Verdict::Unsure ? "not sure"
                                                                        : "");
  }
  return summary;
}

}  // namespace

std::optional<TrustSummary> summarise_trust(const Model& model, const AnsweredPictures& answered,
                                            bool fitted_on_these) {
  const Trust& trust = model.trust;
  if (trust.empty()) return {};
  TrustSummary summary{
      .fitted_on = fmt::format("{} validation pictures", with_thousands(trust.validation_pictures)),
      .fitted_on_these = fitted_on_these};
  if (trust.calibration) summary.calibration = summarise_calibration(*trust.calibration, answered);
  if (trust.conformal) summary.conformal = summarise_sets(*trust.conformal, answered);
  if (trust.abstention) summary.abstention = summarise_abstention(*trust.abstention, answered);
  return summary;
}

}  // namespace giemsa
