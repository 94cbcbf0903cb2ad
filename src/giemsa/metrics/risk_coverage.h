#pragma once
#include <cstdint>
#include <span>
#include <vector>

namespace giemsa {

/// What comes of answering only the pictures whose confidence is at least `threshold`.
struct RiskPoint {
  double coverage = 0;   ///< share of all pictures that are answered
  double risk = 0;       ///< share of the answered ones that are wrong
  double threshold = 0;  ///< the least confidence that is answered
};

/// One point for each distinct confidence, by rising coverage; the last covers everything. confidence, wrong:
/// [N], wrong 0 or 1; any number that orders the pictures is a confidence. Empty without pictures. Throws
/// Internal for lengths that differ, Data for a confidence that is no finite number.
std::vector<RiskPoint> risk_coverage_curve(std::span<const float> confidence,
                                           std::span<const std::uint8_t> wrong);

/// Areas under a risk-coverage curve from 0 to 1, both in [0, 1], less is better, by the trapezoidal rule as
/// the program of Traub et al. 2024 (arXiv 2407.01032) takes them; there they are shown times 1,000.
struct RiskAreas {
  double aurc = 0;   ///< of the risk; down to coverage 0 it stays that of the surest pictures
  double augrc = 0;  ///< of risk × coverage, the share of all pictures that is answered and wrong; 0 at 0
};

/// NaN for an empty curve.
RiskAreas risk_areas(std::span<const RiskPoint> curve);

}  // namespace giemsa
