#include "giemsa/trust/trust.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "giemsa/core/error.h"

namespace giemsa {
namespace {

void check_numbers(std::span<const float> numbers, std::size_t expected, std::string_view what) {
  require(numbers.size() == expected, ErrorKind::Model,
          fmt::format("[trust] the network gives {} {}; trust.json was fitted on {}", numbers.size(), what,
                      expected),
          "fit it anew: giemsa calibrate");
  require(std::ranges::all_of(numbers, [](float x) { return std::isfinite(x); }), ErrorKind::Model,
          fmt::format("[trust] the network's {} are not finite numbers", what),
          "its weights are damaged; train or fetch the model again");
}

/// The classes whose improbability is within the limit, most probable first.
std::vector<int> set_of(std::span<const double> probabilities, float limit) {
  std::vector<int> set;
  for (std::size_t c = 0; c < probabilities.size(); ++c) {
    if (improbability(probabilities, c) <= limit) set.push_back(static_cast<int>(c));
  }
  std::ranges::stable_sort(set, [&](int a, int b) {
    return probabilities[static_cast<std::size_t>(a)] > probabilities[static_cast<std::size_t>(b)];
  });
  return set;
}

Verdict verdict_of(const Abstention& rule, const Judgement& judgement) {
  if (judgement.novelty && *judgement.novelty > rule.most_novelty) return Verdict::Unlike;
  return judgement.confidence < rule.least_confidence ? Verdict::Unsure : Verdict::Answered;
}

}  // namespace

std::string_view verdict_name(Verdict verdict) {
  switch (verdict) {
    case Verdict::Unlike:
      return "unlike";
    case Verdict::Unsure:
      return "unsure";
    case Verdict::Answered:
      break;
  }
  return "answered";
}

Judgement judge(const Trust& trust, std::span<const float> logits, std::span<const float> features,
                std::optional<double> level) {
  require(!logits.empty(), ErrorKind::Internal, "[trust] there are no logits to judge");
  const Calibration* calibration = trust.calibration ? &*trust.calibration : nullptr;
  check_numbers(logits, calibration ? calibration->scale.size() : logits.size(), "logits");

  Judgement judgement;
  if (trust.novelty && !features.empty()) {
    check_numbers(features, trust.novelty->features, "features");
    judgement.novelty = trust.novelty->score(features);
  }
  thread_local std::vector<double> probabilities;
  probabilities.resize(logits.size());
  calibrated_softmax(calibration, logits, probabilities);
  if (trust.abstention && judgement.novelty)
    flatten(probabilities, trust.abstention->certainty(*judgement.novelty));
  judgement.probabilities.assign(probabilities.begin(), probabilities.end());
  const auto best = std::ranges::max_element(probabilities);
  judgement.answer = static_cast<int>(best - probabilities.begin());
  judgement.confidence = static_cast<float>(*best);
  if (trust.conformal)
    judgement.set = set_of(probabilities, trust.conformal->limit(level.value_or(trust.conformal->level)));
  if (trust.abstention) judgement.verdict = verdict_of(*trust.abstention, judgement);
  return judgement;
}

std::string reason(const Trust& trust, const Judgement& judgement) {
  if (judgement.verdict == Verdict::Unlike) {
    return fmt::format("unlike the cells it was trained on (novelty {:.3g}, limit {:.3g})",
                       judgement.novelty.value_or(0), trust.abstention->most_novelty);
  }
  if (judgement.verdict == Verdict::Unsure) {
    return fmt::format("not sure ({:.3g}, limit {:.3g})", judgement.confidence,
                       trust.abstention->least_confidence);
  }
  return "";
}

}  // namespace giemsa
