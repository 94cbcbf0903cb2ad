#pragma once
#include <cstddef>
#include <span>
#include <vector>

namespace giemsa {

// Confident learning: which labels contradict what models say that have not seen them.
// Northcutt, Jiang, Chuang: "Confident learning: estimating uncertainty in dataset labels", JAIR 70, 2021
// (arXiv 1911.00068).

/// Predictions for records by models that were not trained on them, as by cross-validation.
struct OutOfFold {
  std::span<const float> probabilities;  ///< [N, K]
  std::span<const char> known;           ///< [N]: whether a record has any; empty: all have

  bool has(std::size_t record) const { return known.empty() || known[record]; }
};

/// How many records of each label are of which class in truth, as far as the predictions are sure of it.
struct ConfidentJoint {
  int classes = 0;
  std::vector<double> thresholds;   ///< [K]: mean probability of a class over the records of that label
  std::vector<std::size_t> counts;  ///< [K, K]: sure records by label and class
  std::vector<double> estimate;     ///< [K, K]: the same, scaled so that each row has as many as the label

  std::size_t count(int label, int truth) const;
  double estimated(int label, int truth) const;
  /// The share of all records whose class is not what the label says. Never quite 0 or 1: (wrong + 1) /
  /// (N + 2).
  double noise_rate() const;
};

/// The class that a record is sure to be of: the most probable of those that reach their threshold, the first
/// of equals; -1 when none does.
int confident_class(std::span<const float> probabilities, std::span<const double> thresholds);

/// Counts the records that have a label (not -1) and predictions (section 3.1 of the paper; eq. 3 scales the
/// rows). All records of a label without a sure one count as right. Throws Internal for shapes that do not
/// fit, Data for a label outside of [-1, classes) and for a probability that is not in [0, 1].
ConfidentJoint confident_joint(const OutOfFold& predictions, std::span<const int> labels, int classes);

}  // namespace giemsa
