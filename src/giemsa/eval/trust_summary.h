#pragma once
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "giemsa/eval/predictions.h"
#include "giemsa/metrics/bootstrap.h"
#include "giemsa/metrics/reliability.h"

namespace giemsa {

// What a report says about calibration, conformal sets and abstention: names and numbers of whoever fitted
// and measured them. A number that is not known is NaN.

/// How the probabilities were calibrated. Those of the evaluation are the calibrated ones.
struct CalibrationSummary {
  std::string method;  ///< "temperature 1.31"
  double log_loss_before = std::numeric_limits<double>::quiet_NaN();
  double brier_before = std::numeric_limits<double>::quiet_NaN();
  double ece_before = std::numeric_limits<double>::quiet_NaN();
  std::vector<ReliabilityBin> before;  ///< reliability without calibration
};

/// Sets of classes that hold the true one with a promised probability.
struct ConformalSummary {
  std::string method;                                          ///< "RAPS"
  double level = std::numeric_limits<double>::quiet_NaN();     ///< promised share of sets with the truth
  double coverage = std::numeric_limits<double>::quiet_NaN();  ///< that share of the labelled pictures
  Interval coverage_interval = {};
  double mean_size = std::numeric_limits<double>::quiet_NaN();  ///< classes in a set
  std::vector<std::int64_t> sizes = {};     ///< [s] pictures whose set has s classes, from 0 on
  std::vector<double> class_coverage = {};  ///< [K], NaN for a class without pictures; empty: not shown
};

/// Which pictures were not answered.
struct AbstentionSummary {
  std::string
      rule;  ///< in words: "the largest probability is below 0.82, or the score of strangeness above 3.1"
  double chosen_coverage = std::numeric_limits<double>::quiet_NaN();  ///< share that shall be answered
  /// [N] as Predictions: why a picture is not answered, in few words that many share ("unsure", "unlike the
  /// training pictures"); "" where it is.
  std::vector<std::string> reasons;
};

struct TrustSummary {
  std::string fitted_on;         ///< "the val part, 1,364 pictures"
  bool fitted_on_these = false;  ///< some of the measured pictures were fitted on: the figures are too good
  std::optional<CalibrationSummary> calibration = {};
  std::optional<ConformalSummary> conformal = {};
  std::optional<AbstentionSummary> abstention = {};
};

/// What abstaining comes to.
struct AbstentionFigures {
  std::int64_t answered = 0, abstained = 0;
  double coverage = 0;            ///< share answered; NaN without pictures
  double accuracy_answered = 0;   ///< of the labelled ones; NaN without
  double accuracy_abstained = 0;  ///< had the model answered all the same; NaN without
  std::vector<std::pair<std::string, std::int64_t>> reasons;  ///< the commonest first, then by name
};

/// reasons: [N], "" for the answered. Throws Internal for lengths that differ.
AbstentionFigures abstention_figures(const Predictions& predictions, std::span<const std::string> reasons);

}  // namespace giemsa
