#include "giemsa/metrics/reliability.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "giemsa/metrics/confusion.h"
#include "giemsa/metrics/probabilities.h"

namespace giemsa {
namespace {

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

double edge(int i, int bins) { return static_cast<double>(i) / bins; }

}  // namespace

int reliability_bin(float confidence, int bins) {
  int bin = std::min(static_cast<int>(std::clamp(confidence, 0.f, 1.f) * static_cast<float>(bins)), bins - 1);
  while (bin > 0 && confidence <= static_cast<float>(edge(bin, bins))) --bin;
  while (bin + 1 < bins && confidence > static_cast<float>(edge(bin + 1, bins))) ++bin;
  return bin;
}

std::vector<ReliabilityBin> reliability(std::span<const float> probabilities, std::span<const int> labels,
                                        int classes, int bins) {
  check_probabilities(probabilities, labels, classes);
  std::vector<ReliabilityBin> result(static_cast<std::size_t>(bins));
  for (int b = 0; b < bins; ++b) {
    result[static_cast<std::size_t>(b)].low = edge(b, bins);
    result[static_cast<std::size_t>(b)].high = edge(b + 1, bins);
  }
  const auto k_count = static_cast<std::size_t>(classes);
  for (std::size_t i = 0; i < labels.size(); ++i) {
    const auto row = probabilities.subspan(i * k_count, k_count);
    const int named = arg_max(row);
    const float confidence = row[static_cast<std::size_t>(named)];
    ReliabilityBin& bin = result[static_cast<std::size_t>(reliability_bin(confidence, bins))];
    ++bin.count;
    bin.confidence += confidence;
    bin.accuracy += named == labels[i];
  }
  for (ReliabilityBin& bin : result) {
    const auto count = static_cast<double>(bin.count);
    bin.confidence = bin.count == 0 ? kNaN : bin.confidence / count;
    bin.accuracy = bin.count == 0 ? kNaN : bin.accuracy / count;
  }
  return result;
}

double expected_calibration_error(std::span<const ReliabilityBin> bins) {
  double sum = 0, pictures = 0;
  for (const ReliabilityBin& bin : bins) {
    if (bin.count == 0) continue;
    const auto count = static_cast<double>(bin.count);
    sum += count * std::abs(bin.accuracy - bin.confidence);
    pictures += count;
  }
  return pictures == 0 ? kNaN : sum / pictures;
}

}  // namespace giemsa
