#pragma once
#include <cstdint>
#include <limits>
#include <string>
#include <utility>
#include <vector>

#include "giemsa/eval/predictions.h"
#include "giemsa/metrics/bootstrap.h"
#include "giemsa/metrics/curves.h"
#include "giemsa/metrics/figures.h"
#include "giemsa/metrics/medmnist.h"
#include "giemsa/metrics/reliability.h"
#include "giemsa/metrics/risk_coverage.h"

namespace giemsa {

/// The figures of one class, or an average of them.
struct ClassScores {
  std::string name;
  double precision = 0, recall = 0, f1 = 0;
  double roc_auc = 0;            ///< one-vs-rest; NaN when the class is absent or alone
  double average_precision = 0;  ///< area under the precision-recall curve; NaN when the class is absent
  std::int64_t support = 0;      ///< pictures that are truly of the class
  ClassFigures<Interval> interval = {};  ///< without bounds (NaN) where there was no bootstrap
};

/// What the report draws.
struct EvaluationCurves {
  std::vector<std::vector<CurvePoint>> roc, precision_recall;  ///< [K]; empty where not defined
  std::vector<ReliabilityBin> reliability;
  std::vector<RiskPoint> risk_coverage;  ///< the confidence is the largest probability
};

/// Every figure of one evaluation; a pure function of Predictions. What is not defined is NaN. Written as
/// evaluation.json. docs/metrics.md defines each figure.
struct Evaluation : OverallFigures<double> {
  std::int64_t count = 0;
  OverallFigures<Interval> interval;  ///< without bounds (NaN) where there was no bootstrap
  ClassScores macro, weighted;
  std::vector<ClassScores> classes;
  std::vector<std::vector<std::int64_t>> confusion;  ///< [true][predicted]
  MedmnistScore medmnist;
  EvaluationCurves curves;
  BootstrapOptions bootstrap;  ///< that made the intervals; without resamples there are none
};

inline const BootstrapOptions kNoBootstrap{.resamples = 0};

/// Measures the labelled pictures; the others are left out. Throws Data when none is labelled, Usage for
/// options that make no sense.
Evaluation evaluate(const Predictions& predictions, const BootstrapOptions& bootstrap = kNoBootstrap);

/// The text of evaluation.json (NaN as null), with `context` (model, data, split …) as given pairs.
std::string to_json(const Evaluation& evaluation,
                    const std::vector<std::pair<std::string, std::string>>& context);

}  // namespace giemsa
