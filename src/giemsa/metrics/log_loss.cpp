#include "giemsa/metrics/log_loss.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "giemsa/metrics/probabilities.h"

namespace giemsa {
namespace {

double clipped(float p) {
  constexpr double kEpsilon = std::numeric_limits<double>::epsilon();
  return std::clamp<double>(p, kEpsilon, 1 - kEpsilon);
}

}  // namespace

std::vector<double> log_losses(std::span<const float> probabilities, std::span<const int> labels,
                               int classes) {
  check_probabilities(probabilities, labels, classes);
  const auto k_count = static_cast<std::size_t>(classes);
  std::vector<double> losses;
  losses.reserve(labels.size());
  for (std::size_t i = 0; i < labels.size(); ++i) {
    const auto row = probabilities.subspan(i * k_count, k_count);
    double row_sum = 0;
    for (const float p : row) row_sum += clipped(p);
    losses.push_back(-std::log(clipped(row[static_cast<std::size_t>(labels[i])]) / row_sum));
  }
  return losses;
}

double log_loss(std::span<const float> probabilities, std::span<const int> labels, int classes) {
  const std::vector<double> losses = log_losses(probabilities, labels, classes);
  if (losses.empty()) return std::numeric_limits<double>::quiet_NaN();
  return std::accumulate(losses.begin(), losses.end(), 0.0) / static_cast<double>(losses.size());
}

}  // namespace giemsa
