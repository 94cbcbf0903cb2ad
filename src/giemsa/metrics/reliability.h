#pragma once
#include <cstdint>
#include <span>
#include <vector>

namespace giemsa {

/// The pictures whose largest probability lies in (low, high].
struct ReliabilityBin {
  double low = 0, high = 0;
  std::int64_t count = 0;
  double confidence = 0;  ///< mean of the largest probability; NaN in an empty bin
  double accuracy = 0;    ///< share named rightly; NaN in an empty bin
};

inline constexpr int kReliabilityBins = 15;

/// Which of `bins` equal bins (low, high] of 0 to 1 a confidence falls in, from 0. The edges are compared as
/// float, as the confidence is: 0.6f lies in (8/15, 9/15]. What is not above 0 falls in the first bin, what
/// is above 1 in the last.
int reliability_bin(float confidence, int bins = kReliabilityBins);

/// All bins, empty ones too, by rising confidence. probabilities: [N, K], labels: [N] in [0, K). Throws as
/// check_probabilities.
std::vector<ReliabilityBin> reliability(std::span<const float> probabilities, std::span<const int> labels,
                                        int classes, int bins = kReliabilityBins);

/// The expected calibration error (Guo et al. 2017, arXiv 1706.04599): the mean of |accuracy - confidence|
/// over the bins, each weighted by its pictures. NaN without pictures.
double expected_calibration_error(std::span<const ReliabilityBin> bins);

}  // namespace giemsa
