#include "giemsa/inspect/outliers.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <optional>

#include "giemsa/core/error.h"
#include "giemsa/inspect/robust_bulk.h"
#include "giemsa/inspect/standardise.h"

namespace giemsa {
namespace {

/// Records of one class, and the distances of all records to it.
struct ClassDistances {
  std::vector<std::size_t> members;
  std::vector<double> distances;  ///< [N]
};

std::vector<double> rows_of(std::span<const double> rows, std::size_t columns,
                            std::span<const std::size_t> members) {
  std::vector<double> chosen;
  chosen.reserve(members.size() * columns);
  for (const std::size_t i : members) {
    const auto row = rows.subspan(i * columns, columns);
    chosen.insert(chosen.end(), row.begin(), row.end());
  }
  return chosen;
}

/// The class fitted by itself.
void measure_alone(std::span<const double> rows, std::size_t columns, ClassDistances& klass) {
  const RobustFit fit = fit_bulk(rows_of(rows, columns, klass.members), columns);
  klass.distances = fit.gaussian.squared_distances(rows);
  for (double& distance : klass.distances) distance = std::sqrt(distance);
  for (std::size_t m = 0; m < klass.members.size(); ++m) klass.distances[klass.members[m]] = fit.distances[m];
}

/// The records of all classes less the means of their classes.
std::vector<double> residuals(std::span<const double> rows, std::size_t columns,
                              std::span<const ClassDistances> classes) {
  std::vector<double> all;
  for (const ClassDistances& klass : classes) {
    std::vector<double> own = rows_of(rows, columns, klass.members);
    std::vector<double> mean(columns, 0.0);
    for (std::size_t i = 0; i < own.size(); ++i) mean[i % columns] += own[i];
    for (std::size_t i = 0; i < own.size(); ++i)
      own[i] -= mean[i % columns] / static_cast<double>(klass.members.size());
    all.insert(all.end(), own.begin(), own.end());
  }
  return all;
}

/// A small class measured with the spread that all classes have within.
void measure_with(const ShrinkageCovariance& shared, std::span<const double> rows, std::size_t columns,
                  ClassDistances& klass) {
  ShrinkageCovariance covariance = shared;
  covariance.mean.assign(columns, 0.0);
  const std::vector<double> own = rows_of(rows, columns, klass.members);
  const double count = static_cast<double>(klass.members.size());
  for (std::size_t i = 0; i < own.size(); ++i) covariance.mean[i % columns] += own[i] / count;
  klass.distances = Gaussian(covariance, kVarianceFloor).squared_distances(rows);
  for (double& distance : klass.distances) distance = std::sqrt(distance);
  // A member has drawn the mean towards itself.
  for (const std::size_t i : klass.members) klass.distances[i] *= count / std::max(count - 1, 1.0);
}

std::vector<ClassDistances> measure_classes(std::span<const double> rows, std::size_t columns,
                                            std::span<const int> labels) {
  const int highest = labels.empty() ? -1 : *std::ranges::max_element(labels);
  std::vector<ClassDistances> classes(static_cast<std::size_t>(std::max(highest + 1, 0)));
  for (std::size_t i = 0; i < labels.size(); ++i) {
    if (labels[i] >= 0) classes[static_cast<std::size_t>(labels[i])].members.push_back(i);
  }
  std::optional<ShrinkageCovariance> shared;
  for (ClassDistances& klass : classes) {
    if (klass.members.empty()) continue;
    if (klass.members.size() >= 2 * columns) {
      measure_alone(rows, columns, klass);
    } else {
      if (!shared) shared = ledoit_wolf(residuals(rows, columns, classes), columns);
      measure_with(*shared, rows, columns, klass);
    }
  }
  return classes;
}

}  // namespace

void describe(OptionVisitor& visit, OutlierOptions& options) {
  visit.field(
      "sigmas", options.sigmas,
      {.doc = "How far beyond the bulk of the Mahalanobis distances an outlier lies, in robust standard "
              "deviations of their logarithms.",
       .min = 1,
       .max = 100});
}

OutlierScores find_outliers(FeatureMatrix features, std::span<const int> labels,
                            const OutlierOptions& options) {
  require(labels.size() == features.rows, ErrorKind::Internal,
          fmt::format("[inspect] {} labels for {} records", labels.size(), features.rows));
  OutlierScores scores;
  if (features.rows == 0) return scores;
  const FeatureScales scales = feature_scales(features, 0);
  const bool many = features.columns > 2 * kMostComponents;
  const std::vector<double> rows = many ? reduced(features, scales) : standardised(features, scales);
  scores.dimensions = rows.size() / features.rows;

  const RobustFit all = fit_bulk(rows, scores.dimensions);
  const std::vector<ClassDistances> classes = measure_classes(rows, scores.dimensions, labels);
  std::vector<double> own_distances;
  for (std::size_t i = 0; i < features.rows; ++i) {
    const double to_all = all.distances[i];
    double own = to_all;
    OutlierScore score;
    for (std::size_t c = 0; c < classes.size(); ++c) {
      if (classes[c].members.empty()) continue;
      const bool is_own = labels[i] == static_cast<int>(c), alone = is_own && classes[c].members.size() == 1;
      if (alone) continue;
      const double distance = classes[c].distances[i];
      if (is_own) {
        own = distance;
        score.own_class = labels[i];
      }
      if (score.nearest_class < 0 || distance < static_cast<double>(score.nearest)) {
        score.nearest = static_cast<float>(distance);
        score.nearest_class = static_cast<int>(c);
      }
    }
    if (score.nearest_class < 0) score.nearest = static_cast<float>(to_all);
    score.own = static_cast<float>(own);
    score.relative = static_cast<float>(own * own - to_all * to_all);
    scores.records.push_back(score);
    own_distances.push_back(own);
  }

  const DistanceBulk bulk = bulk_of(own_distances);
  scores.median = static_cast<float>(bulk.median);
  scores.threshold = static_cast<float>(bulk.distance_at(options.sigmas));
  if (features.rows >= kLeastRecordsForOutliers) {
    for (OutlierScore& score : scores.records) score.outlier = score.own > scores.threshold;
  }
  return scores;
}

std::string outlier_evidence(const OutlierScores& scores, std::size_t record,
                             std::span<const std::string> classes) {
  const OutlierScore& score = scores.records.at(record);
  const auto name = [&](int label) { return classes[static_cast<std::size_t>(label)]; };
  const std::string to = score.own_class < 0 ? "all records" : "class " + name(score.own_class);
  std::string text = fmt::format(
      "Mahalanobis distance {:.1f} to {}; half of all records lie within {:.1f}, the limit is {:.1f}",
      score.own, to, scores.median, scores.threshold);
  if (score.own_class >= 0 && score.nearest_class >= 0 && score.nearest_class != score.own_class) {
    text += fmt::format("; class {} is nearer ({:.1f})",
                        classes[static_cast<std::size_t>(score.nearest_class)], score.nearest);
  }
  return text;
}

}  // namespace giemsa
