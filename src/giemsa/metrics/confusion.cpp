#include "giemsa/metrics/confusion.h"

#include <fmt/format.h>

#include <algorithm>

#include "giemsa/core/error.h"

namespace giemsa {

int arg_max(std::span<const float> row) {
  return static_cast<int>(std::max_element(row.begin(), row.end()) - row.begin());
}

std::vector<int> arg_max_rows(std::span<const float> probabilities, int classes) {
  const auto k = static_cast<std::size_t>(classes);
  require(classes > 0 && probabilities.size() % k == 0, ErrorKind::Internal,
          fmt::format("[metrics] {} probabilities do not make rows of {} classes", probabilities.size(),
                      classes));
  std::vector<int> predicted(probabilities.size() / k);
  for (std::size_t i = 0; i < predicted.size(); ++i) predicted[i] = arg_max(probabilities.subspan(i * k, k));
  return predicted;
}

ConfusionMatrix::ConfusionMatrix(int classes) : classes_(classes) {
  require(classes > 0, ErrorKind::Internal,
          fmt::format("[metrics] a confusion matrix of {} classes; at least 1 is needed", classes));
  counts_.resize(static_cast<std::size_t>(classes) * static_cast<std::size_t>(classes));
}

std::size_t ConfusionMatrix::index(int truth, int predicted) const {
  return static_cast<std::size_t>(truth) * static_cast<std::size_t>(classes_) +
         static_cast<std::size_t>(predicted);
}

void ConfusionMatrix::add(int truth, int predicted, std::int64_t times) {
  for (const int k : {truth, predicted}) {
    if (k < 0 || k >= classes_) {
      throw Error(ErrorKind::Data, fmt::format("[metrics] class number {} is outside 0…{}", k, classes_ - 1));
    }
  }
  counts_[index(truth, predicted)] += times;
}

std::int64_t ConfusionMatrix::at(int truth, int predicted) const { return counts_[index(truth, predicted)]; }

std::int64_t ConfusionMatrix::truths(int k) const {
  std::int64_t sum = 0;
  for (int predicted = 0; predicted < classes_; ++predicted) sum += at(k, predicted);
  return sum;
}

std::int64_t ConfusionMatrix::predictions(int k) const {
  std::int64_t sum = 0;
  for (int truth = 0; truth < classes_; ++truth) sum += at(truth, k);
  return sum;
}

std::int64_t ConfusionMatrix::right() const {
  std::int64_t sum = 0;
  for (int k = 0; k < classes_; ++k) sum += at(k, k);
  return sum;
}

std::int64_t ConfusionMatrix::total() const {
  std::int64_t sum = 0;
  for (const std::int64_t count : counts_) sum += count;
  return sum;
}

ConfusionMatrix count_confusion(std::span<const int> labels, std::span<const int> predicted, int classes) {
  require(labels.size() == predicted.size(), ErrorKind::Internal,
          fmt::format("[metrics] {} labels but {} predictions", labels.size(), predicted.size()));
  ConfusionMatrix matrix(classes);
  for (std::size_t i = 0; i < labels.size(); ++i) matrix.add(labels[i], predicted[i]);
  return matrix;
}

}  // namespace giemsa
