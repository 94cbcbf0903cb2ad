#pragma once
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace giemsa {

// Shape letters of this folder: N pictures, K classes; probabilities are [N, K], row after row.

/// The class with the largest probability of one row; the first of equals. row: [K], not empty.
int arg_max(std::span<const float> row);

/// arg_max of every row. probabilities: [N, K] → [N]. Throws Internal when the span is not a multiple of K.
std::vector<int> arg_max_rows(std::span<const float> probabilities, int classes);

/// How often each true class was given each name.
class ConfusionMatrix {
 public:
  explicit ConfusionMatrix(int classes);

  /// Counts a picture, once or some times. Throws Data when a class is outside [0, K).
  void add(int truth, int predicted, std::int64_t times = 1);

  int classes() const { return classes_; }
  std::int64_t at(int truth, int predicted) const;
  std::int64_t truths(int k) const;       ///< pictures that are truly of class k
  std::int64_t predictions(int k) const;  ///< pictures that were named k
  std::int64_t right() const;             ///< pictures named rightly
  std::int64_t total() const;

 private:
  std::size_t index(int truth, int predicted) const;

  int classes_;
  std::vector<std::int64_t> counts_;  ///< [K, K], rows are true classes
};

/// labels, predicted: [N], each in [0, K). Throws Data for a class outside, Internal for lengths that differ.
ConfusionMatrix count_confusion(std::span<const int> labels, std::span<const int> predicted, int classes);

}  // namespace giemsa
