#include "giemsa/eval/evaluation.h"

#include <span>

#include "giemsa/core/error.h"
#include "giemsa/metrics/confusion.h"
#include "giemsa/metrics/measurement.h"

namespace giemsa {
namespace {

/// The pictures whose truth is known.
struct Labelled {
  std::vector<int> labels;           // [N]
  std::vector<float> probabilities;  // [N, K]
};

Labelled labelled(const Predictions& predictions) {
  Labelled result;
  for (std::size_t i = 0; i < predictions.size(); ++i) {
    if (predictions.labels[i] < 0) continue;
    const float* row = predictions.row(i);
    result.labels.push_back(predictions.labels[i]);
    result.probabilities.insert(result.probabilities.end(), row, row + predictions.classes.size());
  }
  return result;
}

ClassScores named(std::string name, const ClassFigures<double>& figures, std::int64_t support,
                  const ClassFigures<Interval>& interval) {
  return {.name = std::move(name),
          .precision = figures.precision,
          .recall = figures.recall,
          .f1 = figures.f1,
          .roc_auc = figures.roc_auc,
          .average_precision = figures.average_precision,
          .support = support,
          .interval = interval};
}

/// How sure the model was of each answer, and whether it was wrong.
std::vector<RiskPoint> risk_curve(const Labelled& pictures, int classes) {
  const auto k_count = static_cast<std::size_t>(classes);
  std::vector<float> confidence;
  std::vector<std::uint8_t> wrong;
  for (std::size_t i = 0; i < pictures.labels.size(); ++i) {
    const auto row = std::span(pictures.probabilities).subspan(i * k_count, k_count);
    const int answer = arg_max(row);
    confidence.push_back(row[static_cast<std::size_t>(answer)]);
    wrong.push_back(answer != pictures.labels[i]);
  }
  return risk_coverage_curve(confidence, wrong);
}

EvaluationCurves curves_of(const Labelled& pictures, int classes) {
  const auto& [labels, probabilities] = pictures;
  EvaluationCurves curves{.roc = {},
                          .precision_recall = {},
                          .reliability = reliability(probabilities, labels, classes),
                          .risk_coverage = risk_curve(pictures, classes)};
  for (int k = 0; k < classes; ++k) {
    curves.roc.push_back(roc_curve(probabilities, labels, classes, k));
    curves.precision_recall.push_back(precision_recall_curve(probabilities, labels, classes, k));
  }
  return curves;
}

}  // namespace

Evaluation evaluate(const Predictions& predictions, const BootstrapOptions& bootstrap) {
  check_shape(predictions);
  const Labelled pictures = labelled(predictions);
  const auto& [labels, probabilities] = pictures;
  require(!labels.empty(), ErrorKind::Data, "[evaluate] none of the pictures is labelled",
          "evaluation needs pictures in class folders, or a manifest with a label column");
  const int classes = static_cast<int>(predictions.classes.size());
  const Measurement measurement(probabilities, labels, classes);
  const Figures<double> figures = measurement.figures();
  const Figures<Interval> intervals = measurement.intervals(bootstrap);
  const ConfusionMatrix matrix = count_confusion(labels, arg_max_rows(probabilities, classes), classes);

  Evaluation e;
  static_cast<OverallFigures<double>&>(e) = figures.overall;
  e.count = matrix.total();
  e.interval = intervals.overall;
  e.macro = named("macro average", figures.macro, e.count, intervals.macro);
  e.weighted = named("weighted average", figures.weighted, e.count, intervals.weighted);
  for (int truth = 0; truth < classes; ++truth) {
    const auto k = static_cast<std::size_t>(truth);
    e.classes.push_back(
        named(predictions.classes[k], figures.classes[k], matrix.truths(truth), intervals.classes[k]));
    auto& row = e.confusion.emplace_back();
    for (int named_as = 0; named_as < classes; ++named_as) row.push_back(matrix.at(truth, named_as));
  }
  e.medmnist = medmnist_score(probabilities, labels, classes);
  e.curves = curves_of(pictures, classes);
  e.bootstrap = bootstrap;
  return e;
}

}  // namespace giemsa
