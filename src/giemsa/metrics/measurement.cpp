#include "giemsa/metrics/measurement.h"

#include <cmath>
#include <limits>

#include "giemsa/metrics/agreement.h"
#include "giemsa/metrics/brier.h"
#include "giemsa/metrics/log_loss.h"
#include "giemsa/metrics/probabilities.h"
#include "giemsa/metrics/reliability.h"
#include "giemsa/metrics/risk_coverage.h"
#include "giemsa/metrics/roc_auc.h"
#include "giemsa/metrics/scores.h"

namespace giemsa {
namespace {

double weighted_mean(std::span<const double> values, std::span<const int> weights) {
  double sum = 0, count = 0;
  for (std::size_t i = 0; i < values.size(); ++i) {
    sum += weights[i] * values[i];
    count += weights[i];
  }
  return count == 0 ? std::numeric_limits<double>::quiet_NaN() : sum / count;
}

void set_scores(ClassFigures<double>& figures, const Scores& scores) {
  figures.precision = scores.precision;
  figures.recall = scores.recall;
  figures.f1 = scores.f1;
}

}  // namespace

Measurement::Measurement(std::span<const float> probabilities, std::span<const int> labels, int classes)
    : classes_(classes),
      labels_(labels.begin(), labels.end()),
      predicted_(labels.size()),
      log_losses_(log_losses(probabilities, labels, classes)),
      brier_scores_(brier_scores(probabilities, labels, classes)),
      confidence_(labels.size()),
      bin_(labels.size()) {
  const auto k_count = static_cast<std::size_t>(classes);
  for (std::size_t i = 0; i < labels.size(); ++i) {
    const auto row = probabilities.subspan(i * k_count, k_count);
    predicted_[i] = arg_max(row);
    confidence_[i] = row[static_cast<std::size_t>(predicted_[i])];
    bin_[i] = reliability_bin(confidence_[i]);
  }
  by_confidence_ = rank_by(confidence_);
  for (int k = 0; k < classes; ++k) by_class_.push_back(rank_by_class(probabilities, classes, k));
}

ConfusionMatrix Measurement::confusion(std::span<const int> weights) const {
  ConfusionMatrix matrix(classes_);
  for (std::size_t i = 0; i < labels_.size(); ++i) matrix.add(labels_[i], predicted_[i], weights[i]);
  return matrix;
}

double Measurement::calibration_error(std::span<const int> weights) const {
  std::vector<ReliabilityBin> bins(kReliabilityBins);  // sums first, then means
  for (std::size_t i = 0; i < labels_.size(); ++i) {
    ReliabilityBin& bin = bins[static_cast<std::size_t>(bin_[i])];
    bin.count += weights[i];
    bin.confidence += weights[i] * static_cast<double>(confidence_[i]);
    bin.accuracy += weights[i] * (predicted_[i] == labels_[i]);
  }
  for (ReliabilityBin& bin : bins) {
    bin.confidence /= static_cast<double>(bin.count);
    bin.accuracy /= static_cast<double>(bin.count);
  }
  return expected_calibration_error(bins);
}

RiskAreas Measurement::risk(std::span<const int> weights) const {
  std::vector<RiskPoint> curve;
  double errors = 0, answered = 0, all = 0;
  for (const int weight : weights) all += weight;
  std::size_t i = 0;
  for (const std::uint32_t end : by_confidence_.ends) {
    const double before = answered;
    for (; i < end; ++i) {
      const std::uint32_t picture = by_confidence_.order[i];
      answered += weights[picture];
      errors += weights[picture] * (predicted_[picture] != labels_[picture]);
    }
    if (answered > before) curve.push_back({.coverage = answered / all, .risk = errors / answered});
  }
  return risk_areas(curve);
}

Figures<double> Measurement::figures(std::span<const int> weights) const {
  const ConfusionMatrix matrix = confusion(weights);
  Figures<double> f;
  f.classes.resize(static_cast<std::size_t>(classes_));
  const std::vector<Scores> scores = class_scores(matrix);
  std::vector<double> roc_auc, average_precision;
  std::vector<std::int64_t> support;
  for (int class_number = 0; class_number < classes_; ++class_number) {
    const auto k = static_cast<std::size_t>(class_number);
    const ClassAreas areas = areas_of_class(by_class_[k], labels_, class_number, weights);
    set_scores(f.classes[k], scores[k]);
    roc_auc.push_back(f.classes[k].roc_auc = areas.roc_auc);
    average_precision.push_back(f.classes[k].average_precision = areas.average_precision);
    support.push_back(matrix.truths(class_number));
  }
  set_scores(f.macro, macro_average(matrix));
  f.macro.roc_auc = macro_auc(roc_auc);
  f.macro.average_precision = macro_auc(average_precision);
  set_scores(f.weighted, weighted_average(matrix));
  f.weighted.roc_auc = weighted_auc(roc_auc, support);
  f.weighted.average_precision = weighted_auc(average_precision, support);

  const RiskAreas areas = risk(weights);
  f.overall = {.accuracy = accuracy(matrix),
               .balanced_accuracy = balanced_accuracy(matrix),
               .mcc = matthews_correlation(matrix),
               .kappa = cohen_kappa(matrix),
               .roc_auc = f.macro.roc_auc,
               .average_precision = f.macro.average_precision,
               .log_loss = weighted_mean(log_losses_, weights),
               .brier = weighted_mean(brier_scores_, weights),
               .ece = calibration_error(weights),
               .aurc = areas.aurc,
               .augrc = areas.augrc};
  return f;
}

Figures<double> Measurement::figures() const { return figures(std::vector<int>(labels_.size(), 1)); }

void Measurement::write_figures(std::span<const int> weights, std::span<double> row) const {
  const Figures<double> measured = figures(weights);
  std::size_t i = 0;
  for_each_figure(measured, [&](double figure) { row[i++] = figure; });
}

std::size_t Measurement::figure_count() const {
  return kOverallFigures<double>.size() +
         (2 + static_cast<std::size_t>(classes_)) * kClassFigures<double>.size();
}

Figures<Interval> Measurement::intervals(const BootstrapOptions& options) const {
  const auto measure = [this](std::span<const int> weights, std::span<double> row) {
    write_figures(weights, row);
  };
  const std::vector<Interval> of_row = bootstrap_intervals(labels_, figure_count(), measure, options);
  Figures<Interval> intervals;
  intervals.classes.resize(static_cast<std::size_t>(classes_));
  std::size_t i = 0;
  for_each_figure(intervals, [&](Interval& interval) { interval = of_row[i++]; });
  return intervals;
}

}  // namespace giemsa
