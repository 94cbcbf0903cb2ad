#include "giemsa/metrics/roc_auc.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "giemsa/core/error.h"

namespace giemsa {
namespace {

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

struct Scored {
  float score;
  bool positive;
};

/// Sorts `items` by score and reads the area off the ranks of the positive ones.
double auc_by_rank(std::vector<Scored>& items) {
  std::sort(items.begin(), items.end(), [](const Scored& a, const Scored& b) { return a.score < b.score; });
  double rank_sum = 0;  // of the positive items, ranks counted from one
  double positives = 0;
  for (std::size_t begin = 0; begin < items.size();) {
    std::size_t end = begin;
    std::size_t tied_positives = 0;
    for (; end < items.size() && items[end].score == items[begin].score; ++end) {
      tied_positives += items[end].positive;
    }
    const double mean_rank = 0.5 * static_cast<double>(begin + 1 + end);  // tied items share it
    rank_sum += mean_rank * static_cast<double>(tied_positives);
    positives += static_cast<double>(tied_positives);
    begin = end;
  }
  const double negatives = static_cast<double>(items.size()) - positives;
  if (positives == 0 || negatives == 0) return kNaN;
  return (rank_sum - positives * (positives + 1) / 2) / (positives * negatives);
}

}  // namespace

std::vector<double> one_vs_rest_auc(std::span<const float> probabilities, std::span<const int> labels,
                                    int classes) {
  const auto k_count = static_cast<std::size_t>(classes);
  require(classes > 0 && probabilities.size() == labels.size() * k_count, ErrorKind::Internal,
          fmt::format("[metrics] {} probabilities for {} labels of {} classes", probabilities.size(),
                      labels.size(), classes));
  // NaN has no place in an order; sorting with it would be undefined.
  require(std::none_of(probabilities.begin(), probabilities.end(), [](float p) { return std::isnan(p); }),
          ErrorKind::Data, "[metrics] a probability is not a number",
          "the model may have diverged; look at its training loss");
  std::vector<double> areas;
  std::vector<Scored> items(labels.size());
  for (std::size_t k = 0; k < k_count; ++k) {
    for (std::size_t i = 0; i < labels.size(); ++i) {
      items[i] = {probabilities[i * k_count + k], labels[i] == static_cast<int>(k)};
    }
    areas.push_back(auc_by_rank(items));
  }
  return areas;
}

double macro_auc(std::span<const double> class_auc) {
  double sum = 0;
  int defined = 0;
  for (const double area : class_auc) {
    if (std::isnan(area)) continue;
    sum += area;
    ++defined;
  }
  return defined == 0 ? kNaN : sum / defined;
}

double weighted_auc(std::span<const double> class_auc, std::span<const int> labels) {
  double sum = 0;
  std::size_t counted = 0;
  for (const int label : labels) {
    const double area = class_auc[static_cast<std::size_t>(label)];
    if (std::isnan(area)) continue;
    sum += area;
    ++counted;
  }
  return counted == 0 ? kNaN : sum / static_cast<double>(counted);
}

}  // namespace giemsa
