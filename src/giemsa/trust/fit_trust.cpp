#include "giemsa/trust/fit_trust.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <functional>

#include "giemsa/core/error.h"
#include "giemsa/trust/validation_part.h"

namespace giemsa {
namespace {

void check(const TrustData& data) {
  const std::size_t n = data.labels.size(), k = static_cast<std::size_t>(std::max(data.classes, 0));
  const FeatureMatrix &features = data.features, &training = data.training_features;
  require(k >= 1 && data.logits.size() == n * k && (features.rows == 0 || features.rows == n) &&
              (features.rows == 0) == (training.rows == 0) && features.columns == training.columns &&
              data.training_labels.size() == training.rows,
          ErrorKind::Internal, "[trust] logits, labels and features do not fit");
  require(n >= kLeastValidationPictures, ErrorKind::Data,
          fmt::format("[trust] {} validation pictures; at least {} are needed", n, kLeastValidationPictures),
          "a larger share for validation, e.g. data.ratios=80/20");
  for (std::size_t i = 0; i < features.rows; ++i) {
    require(std::ranges::all_of(features.row(i), [](float x) { return std::isfinite(x); }), ErrorKind::Data,
            fmt::format("[trust] a feature of validation picture {} is not a finite number", i),
            "the weights are damaged; train or fetch the model again");
  }
}

std::optional<Calibration> calibration_of(const ValidationPart& part, int classes, const std::string& kind) {
  if (kind == "temperature") return temperature_scaling(part.logits, part.labels, classes);
  if (kind == "vector") return vector_scaling(part.logits, part.labels, classes);
  return {};
}

/// The value that at least a `share` of such pictures reach, as far as n of them can tell: the
/// ⌈(n + 1) · share⌉-th largest, or the smallest. values: not empty.
float reached_by(std::vector<float> values, double share, std::size_t n) {
  const auto rank = static_cast<std::size_t>(std::ceil(static_cast<double>(n + 1) * share - 1e-9));
  const std::size_t at = std::clamp(rank, std::size_t{1}, values.size()) - 1;
  std::ranges::nth_element(values, values.begin() + static_cast<std::ptrdiff_t>(at), std::greater<>());
  return values[at];
}

/// The novelty that at most a `share` of such pictures keep within.
float novelty_limit(const ValidationPart& part, double share) {
  std::vector<float> likeness(part.novelties.size());
  std::ranges::transform(part.novelties, likeness.begin(), std::negate<>());
  return -reached_by(std::move(likeness), share, part.labels.size());
}

/// The limit of confidence is for those that the limit of novelty leaves.
float confidence_limit(const ValidationPart& part, std::span<const float> confidences, float most_novelty,
                       double coverage) {
  std::vector<float> familiar;
  for (std::size_t i = 0; i < confidences.size(); ++i) {
    if (part.novelties.empty() || part.novelties[i] <= most_novelty) familiar.push_back(confidences[i]);
  }
  return reached_by(std::move(familiar), coverage, confidences.size());
}

}  // namespace

void check_options(const TrustOptions& options) {
  const std::string& kind = options.calibration;
  require(kind == "temperature" || kind == "vector" || kind == "none", ErrorKind::Usage,
          fmt::format("[trust] there is no calibration '{}'", kind), "one of: temperature, vector, none");
  require(options.level > 0 && options.level < 1, ErrorKind::Usage,
          fmt::format("[trust] level {}; it must lie between 0 and 1", options.level));
  require(options.usual > 0 && options.usual <= 1, ErrorKind::Usage,
          fmt::format("[trust] usual {}; it must lie between 0 and 1", options.usual));
  require(options.coverage > 0 && options.coverage <= options.familiar && options.familiar <= 1,
          ErrorKind::Usage,
          fmt::format("[trust] coverage {} and familiar {}; 0 < coverage ≤ familiar ≤ 1 is needed",
                      options.coverage, options.familiar),
          "what is not familiar is not answered: a larger familiar, or a smaller coverage");
}

ValidationPart validation_part(const TrustData& data, const std::optional<Novelty>& novelty) {
  ValidationPart part{{data.logits.begin(), data.logits.end()}, {data.labels.begin(), data.labels.end()}, {}};
  for (std::size_t i = 0; novelty && i < data.features.rows; ++i)
    part.novelties.push_back(novelty->score(data.features.row(i)));
  return part;
}

Trust fit_on_part(const ValidationPart& part, int classes, const TrustOptions& options) {
  const auto k = static_cast<std::size_t>(classes);
  Trust trust;
  trust.validation_pictures = static_cast<std::int64_t>(part.labels.size());
  trust.calibration = calibration_of(part, classes, options.calibration);
  trust.conformal = ConformalSets{{}, options.level};
  Abstention rule{.coverage = options.coverage};
  if (!part.novelties.empty()) {
    rule.most_novelty = novelty_limit(part, options.familiar);
    rule.usual_novelty = novelty_limit(part, std::min(options.usual, options.familiar));
  }
  std::vector<float> confidences;
  std::vector<double> probabilities(k);
  for (std::size_t i = 0; i < part.labels.size(); ++i) {
    calibrated_softmax(trust.calibration ? &*trust.calibration : nullptr,
                       std::span(part.logits).subspan(i * k, k), probabilities);
    if (!part.novelties.empty()) flatten(probabilities, rule.certainty(part.novelties[i]));
    confidences.push_back(static_cast<float>(std::ranges::max(probabilities)));
    trust.conformal->scores.push_back(improbability(probabilities, static_cast<std::size_t>(part.labels[i])));
  }
  std::ranges::sort(trust.conformal->scores);
  rule.least_confidence = confidence_limit(part, confidences, rule.most_novelty, options.coverage);
  trust.abstention = rule;
  return trust;
}

std::optional<Novelty> novelty_of(const TrustData& data, const TrustOptions& options) {
  check(data);
  check_options(options);
  if (data.training_features.rows == 0) return {};
  return fit_novelty(data.training_features, data.training_labels, data.classes);
}

Trust fit_trust(const TrustData& data, const TrustOptions& options) {
  std::optional<Novelty> novelty = novelty_of(data, options);
  Trust trust = fit_on_part(validation_part(data, novelty), data.classes, options);
  trust.novelty = std::move(novelty);
  trust.training_pictures = static_cast<std::int64_t>(data.training_features.rows);
  return trust;
}

}  // namespace giemsa
