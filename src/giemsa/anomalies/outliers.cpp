#include "giemsa/anomalies/outliers.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>

#include "giemsa/core/error.h"
#include "giemsa/core/parallel.h"
#include "giemsa/stats/robust_bulk.h"
#include "giemsa/stats/standardise.h"

namespace giemsa {
namespace {

/// Records that one thread compares with the classes at a time.
constexpr std::size_t kChunk = 256;

struct Class {
  std::vector<std::size_t> members;
  std::vector<float> rows;  ///< [members, D]: theirs
  std::optional<Gaussian> gaussian;
  std::vector<double> distances;  ///< [members]: held out
};

std::vector<Class> classes_of(std::span<const float> rows, std::size_t columns, std::span<const int> labels) {
  const int highest = labels.empty() ? -1 : *std::ranges::max_element(labels);
  std::vector<Class> classes(static_cast<std::size_t>(std::max(highest + 1, 0)));
  for (std::size_t i = 0; i < labels.size(); ++i) {
    if (labels[i] < 0) continue;
    Class& klass = classes[static_cast<std::size_t>(labels[i])];
    const auto row = rows.subspan(i * columns, columns);
    klass.members.push_back(i);
    klass.rows.insert(klass.rows.end(), row.begin(), row.end());
  }
  return classes;
}

std::vector<double> mean_of(const Class& klass, std::size_t columns) {
  std::vector<double> mean(columns, 0.0);
  const auto count = static_cast<double>(klass.members.size());
  for (std::size_t i = 0; i < klass.rows.size(); ++i)
    mean[i % columns] += static_cast<double>(klass.rows[i]) / count;
  return mean;
}

/// The covariance that all classes have about their means.
ShrinkageCovariance shared_covariance(std::span<const Class> classes, std::size_t columns) {
  std::vector<double> residuals;
  for (const Class& klass : classes) {
    const std::vector<double> mean = mean_of(klass, columns);
    for (std::size_t i = 0; i < klass.rows.size(); ++i)
      residuals.push_back(static_cast<double>(klass.rows[i]) - mean[i % columns]);
  }
  return ledoit_wolf(row_moments(residuals, columns));
}

/// A small class with the spread that all classes have within.
void fit_with(ShrinkageCovariance shared, std::size_t columns, Class& klass) {
  shared.mean = mean_of(klass, columns);
  klass.gaussian.emplace(shared, kVarianceFloor);
  // A member has drawn the mean towards itself.
  const auto count = static_cast<double>(klass.members.size());
  for (const float square : klass.gaussian->squared_distances(klass.rows))
    klass.distances.push_back(std::sqrt(static_cast<double>(square)) * count / std::max(count - 1, 1.0));
}

void fit_alone(std::size_t columns, Class& klass) {
  RobustFit fit = fit_bulk(klass.rows, columns);
  klass.gaussian = std::move(fit.gaussian);
  klass.distances = std::move(fit.distances);
}

void fit_classes(std::span<Class> classes, std::size_t columns) {
  const auto is_small = [&](const Class& klass) { return klass.members.size() < 2 * columns; };
  std::optional<ShrinkageCovariance> shared;
  if (std::ranges::any_of(classes, [&](const Class& c) { return !c.members.empty() && is_small(c); }))
    shared = shared_covariance(classes, columns);
  parallel_for(classes.size(), 0, [&](std::size_t c) {
    if (classes[c].members.empty()) return;
    if (is_small(classes[c])) {
      fit_with(*shared, columns, classes[c]);
    } else {
      fit_alone(columns, classes[c]);
    }
  });
}

/// The class that lies nearest to a record of class `own` (-1: none), and how near. A class of one record is
/// not near to that record.
void find_nearest(std::span<const Class> classes, std::span<const float> row, OutlierScore& score, int own,
                  double own_distance) {
  float least = std::numeric_limits<float>::infinity();
  if (score.own_class >= 0) {
    score.nearest_class = own;
    least = static_cast<float>(own_distance * own_distance);
  }
  for (std::size_t c = 0; c < classes.size(); ++c) {
    if (static_cast<int>(c) == own || classes[c].members.empty()) continue;
    const float square = classes[c].gaussian->squared_distance(row, least);
    if (square >= least) continue;
    least = square;
    score.nearest_class = static_cast<int>(c);
  }
  score.nearest = std::sqrt(least);
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
  const std::vector<float> rows = many ? reduced(features, scales) : standardised(features, scales);
  scores.dimensions = rows.size() / features.rows;

  const RobustFit all = fit_bulk(rows, scores.dimensions);
  std::vector<Class> classes = classes_of(rows, scores.dimensions, labels);
  fit_classes(classes, scores.dimensions);
  std::vector<double> own_distances = all.distances;
  scores.records.resize(features.rows);
  for (const Class& klass : classes) {
    if (klass.members.size() < 2) continue;
    for (std::size_t m = 0; m < klass.members.size(); ++m) {
      own_distances[klass.members[m]] = klass.distances[m];
      scores.records[klass.members[m]].own_class = labels[klass.members[m]];
    }
  }
  parallel_for((features.rows + kChunk - 1) / kChunk, 0, [&](std::size_t chunk) {
    for (std::size_t i = chunk * kChunk; i < std::min(features.rows, (chunk + 1) * kChunk); ++i) {
      OutlierScore& score = scores.records[i];
      const double own = own_distances[i], to_all = all.distances[i];
      find_nearest(classes, std::span(rows).subspan(i * scores.dimensions, scores.dimensions), score,
                   labels[i], own);
      if (score.nearest_class < 0) score.nearest = static_cast<float>(to_all);
      score.own = static_cast<float>(own);
      score.relative = static_cast<float>(own * own - to_all * to_all);
    }
  });

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
