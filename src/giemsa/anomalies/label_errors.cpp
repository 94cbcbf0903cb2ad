#include "giemsa/anomalies/label_errors.h"

#include <fmt/format.h>

#include <algorithm>

#include "giemsa/anomalies/likeness.h"
#include "giemsa/stats/temperature.h"

namespace giemsa {

void describe(OptionVisitor& visit, LabelErrorOptions& o) {
  visit.field(
      "threshold", o.threshold,
      {.doc = "How probable it must be that a label is wrong for it to be called so.", .min = 0, .max = 1});
  visit.field("neighbours", o.neighbours,
              {.doc = "Similar pictures that vote on a label where no predictions are given.",
               .min = 1,
               .max = 1000});
}

std::vector<LabelDoubt> doubt_labels(const OutOfFold& predictions, std::span<const int> labels, int classes,
                                     const LabelErrorOptions& options) {
  const double wrong = confident_joint(predictions, labels, classes).noise_rate();
  const double wrong_here = wrong / std::max(1, classes - 1);
  const auto k = static_cast<std::size_t>(classes);
  std::vector<LabelDoubt> doubts(labels.size());
  for (std::size_t i = 0; i < labels.size(); ++i) {
    if (labels[i] < 0 || !predictions.has(i)) continue;
    const auto row = predictions.probabilities.subspan(i * k, k);
    const auto best = std::ranges::max_element(row);
    const double p = row[static_cast<std::size_t>(labels[i])];
    const double against = wrong_here * (1 - p), in_favour = (1 - wrong) * p;
    LabelDoubt& doubt = doubts[i];
    doubt.score = static_cast<float>(against / (against + in_favour));
    doubt.suggested = static_cast<int>(best - row.begin());
    doubt.flagged = doubt.score >= options.threshold && doubt.suggested != labels[i];
    doubt.given_probability = static_cast<float>(p);
    doubt.suggested_probability = *best;
  }
  return doubts;
}

std::vector<LabelDoubt> find_label_errors(const OutOfFold& predictions, std::span<const int> labels,
                                          int classes, const LabelErrorOptions& options) {
  const double wrong = confident_joint(predictions, labels, classes).noise_rate();
  const double temperature = fit_temperature(predictions, labels, classes, wrong);
  const std::vector<float> calibrated = tempered(predictions.probabilities, classes, temperature);
  return doubt_labels(OutOfFold{calibrated, predictions.known}, labels, classes, options);
}

std::vector<LabelDoubt> find_label_errors(const FeatureMatrix& features, std::span<const int> labels,
                                          int classes, const LabelErrorOptions& options, int threads) {
  const LikenessPredictions predictions =
      predict_by_likeness(features, labels, classes, static_cast<std::size_t>(options.neighbours), threads);
  return doubt_labels(OutOfFold{predictions.probabilities, predictions.known}, labels, classes, options);
}

std::string label_evidence(const LabelDoubt& doubt, int label, std::span<const std::string> classes) {
  return fmt::format("labelled {} (probability {:.3f}), more likely {} ({:.3f})",
                     classes[static_cast<std::size_t>(label)], doubt.given_probability,
                     classes[static_cast<std::size_t>(doubt.suggested)], doubt.suggested_probability);
}

}  // namespace giemsa
