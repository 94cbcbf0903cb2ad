#pragma once
#include <span>
#include <vector>

namespace giemsa {

/// A point of a curve: what comes of calling a picture positive when its score is at least `threshold`.
struct CurvePoint {
  double x = 0, y = 0;
  double threshold = 0;  ///< +inf where nothing is called positive
};

// One class against all others, by falling threshold, one point for each distinct score. Points on the
// straight line between their neighbours are left out: the drawn curve is the same. probabilities: [N, K],
// labels: [N] in [0, K). Throw as check_probabilities.

/// x: the share of the others called positive (false positives), y: the share of the class (true positives),
/// from (0, 0) to (1, 1), as roc_curve. Empty for a class that is absent or alone.
std::vector<CurvePoint> roc_curve(std::span<const float> probabilities, std::span<const int> labels,
                                  int classes, int k);

/// x: recall, y: precision, from (0, 1) to recall 1, as precision_recall_curve read backwards. Between two
/// points no straight line is reached: the area of one_vs_rest_average_precision is that of steps, which have
/// the precision of their right end. Empty for a class that is absent.
std::vector<CurvePoint> precision_recall_curve(std::span<const float> probabilities,
                                               std::span<const int> labels, int classes, int k);

}  // namespace giemsa
