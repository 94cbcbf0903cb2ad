#include "giemsa/stats/confident_learning.h"

#include <fmt/format.h>

#include <numeric>

#include "giemsa/core/error.h"

namespace giemsa {
namespace {

void check(const OutOfFold& predictions, std::span<const int> labels, int classes) {
  const std::size_t records = labels.size();
  require(classes > 0 && predictions.probabilities.size() == records * static_cast<std::size_t>(classes) &&
              (predictions.known.empty() || predictions.known.size() == records),
          ErrorKind::Internal,
          fmt::format("[inspect] {} records of {} classes with {} probabilities and {} marks", records,
                      classes, predictions.probabilities.size(), predictions.known.size()));
  for (std::size_t i = 0; i < records; ++i) {
    require(labels[i] >= -1 && labels[i] < classes, ErrorKind::Data,
            fmt::format("[inspect] record {} has label {}; there are {} classes", i, labels[i], classes));
    if (!predictions.has(i)) continue;
    for (const float p : predictions.probabilities.subspan(i * classes, classes)) {
      require(p >= 0 && p <= 1, ErrorKind::Data,
              fmt::format("[inspect] record {} has a probability of {}; expected 0 to 1", i, p),
              "the predictions are damaged; make them again");
    }
  }
}

/// Mean probability of each class over the records of that label; 1 for a label that no record carries.
std::vector<double> mean_self_confidence(const OutOfFold& predictions, std::span<const int> labels,
                                         std::size_t classes) {
  std::vector<double> sums(classes), counts(classes);
  for (std::size_t i = 0; i < labels.size(); ++i) {
    if (labels[i] < 0 || !predictions.has(i)) continue;
    const auto label = static_cast<std::size_t>(labels[i]);
    sums[label] += predictions.probabilities[i * classes + label];
    ++counts[label];
  }
  std::vector<double> means(classes, 1);
  for (std::size_t c = 0; c < classes; ++c) {
    if (counts[c] > 0) means[c] = sums[c] / counts[c];
  }
  return means;
}

}  // namespace

std::size_t ConfidentJoint::count(int label, int truth) const {
  return counts[static_cast<std::size_t>(label * classes + truth)];
}

double ConfidentJoint::estimated(int label, int truth) const {
  return estimate[static_cast<std::size_t>(label * classes + truth)];
}

double ConfidentJoint::noise_rate() const {
  const double all = std::accumulate(estimate.begin(), estimate.end(), 0.0);
  double right = 0;
  for (int c = 0; c < classes; ++c) right += estimated(c, c);
  return (all - right + 1) / (all + 2);
}

int confident_class(std::span<const float> probabilities, std::span<const double> thresholds) {
  int best = -1;
  for (std::size_t c = 0; c < probabilities.size(); ++c) {
    if (probabilities[c] >= thresholds[c] && (best < 0 || probabilities[c] > probabilities[best]))
      best = static_cast<int>(c);
  }
  return best;
}

ConfidentJoint confident_joint(const OutOfFold& predictions, std::span<const int> labels, int classes) {
  check(predictions, labels, classes);
  const auto k = static_cast<std::size_t>(classes);
  ConfidentJoint joint{classes, mean_self_confidence(predictions, labels, k), std::vector<std::size_t>(k * k),
                       std::vector<double>(k * k)};
  std::vector<double> carriers(k);
  for (std::size_t i = 0; i < labels.size(); ++i) {
    if (labels[i] < 0 || !predictions.has(i)) continue;
    const auto label = static_cast<std::size_t>(labels[i]);
    ++carriers[label];
    const int truth = confident_class(predictions.probabilities.subspan(i * k, k), joint.thresholds);
    if (truth >= 0) ++joint.counts[label * k + static_cast<std::size_t>(truth)];
  }
  for (std::size_t label = 0; label < k; ++label) {
    const std::span<const std::size_t> row(&joint.counts[label * k], k);
    const auto sure = static_cast<double>(std::accumulate(row.begin(), row.end(), std::size_t{0}));
    if (sure == 0) {
      joint.estimate[label * k + label] = carriers[label];
      continue;
    }
    for (std::size_t truth = 0; truth < k; ++truth)
      joint.estimate[label * k + truth] = static_cast<double>(row[truth]) / sure * carriers[label];
  }
  return joint;
}

}  // namespace giemsa
