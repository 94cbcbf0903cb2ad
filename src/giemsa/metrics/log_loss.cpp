#include "giemsa/metrics/log_loss.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "giemsa/core/error.h"

namespace giemsa {
namespace {

double clipped(float p) {
  constexpr double kEpsilon = std::numeric_limits<double>::epsilon();
  return std::clamp<double>(p, kEpsilon, 1 - kEpsilon);
}

}  // namespace

double log_loss(std::span<const float> probabilities, std::span<const int> labels, int classes) {
  const auto k_count = static_cast<std::size_t>(classes);
  require(classes > 0 && probabilities.size() == labels.size() * k_count, ErrorKind::Internal,
          fmt::format("[metrics] {} probabilities for {} labels of {} classes", probabilities.size(),
                      labels.size(), classes));
  require(std::none_of(probabilities.begin(), probabilities.end(), [](float p) { return std::isnan(p); }),
          ErrorKind::Data, "[metrics] a probability is not a number",
          "the model may have diverged; look at its training loss");
  if (labels.empty()) return std::numeric_limits<double>::quiet_NaN();

  double sum = 0;
  for (std::size_t i = 0; i < labels.size(); ++i) {
    const auto row = probabilities.subspan(i * k_count, k_count);
    if (labels[i] < 0 || labels[i] >= classes) {
      throw Error(ErrorKind::Data,
                  fmt::format("[metrics] class number {} is outside 0…{}", labels[i], classes - 1));
    }
    double row_sum = 0;
    for (const float p : row) row_sum += clipped(p);
    sum -= std::log(clipped(row[static_cast<std::size_t>(labels[i])]) / row_sum);
  }
  return sum / static_cast<double>(labels.size());
}

}  // namespace giemsa
