#include "giemsa/metrics/curves.h"

#include <cstddef>
#include <cstdint>
#include <limits>

#include "giemsa/metrics/probabilities.h"
#include "giemsa/metrics/ranking.h"

namespace giemsa {
namespace {

/// What is called positive at a threshold.
struct Called {
  std::int64_t right, wrong;
  double threshold;
};

/// From nothing to everything, one for each distinct score.
std::vector<Called> calls(std::span<const float> probabilities, std::span<const int> labels, int classes,
                          int k) {
  check_probabilities(probabilities, labels, classes);
  const Ranking ranking = rank_by_class(probabilities, classes, k);
  const auto k_count = static_cast<std::size_t>(classes), column = static_cast<std::size_t>(k);
  std::vector<Called> result{{0, 0, std::numeric_limits<double>::infinity()}};
  std::size_t i = 0;
  for (const std::uint32_t end : ranking.ends) {
    Called called = result.back();
    called.threshold = probabilities[ranking.order[i] * k_count + column];
    for (; i < end; ++i) ++(labels[ranking.order[i]] == k ? called.right : called.wrong);
    result.push_back(called);
  }
  return result;
}

/// All but those for which straight(before, it, after), `before` being the last one that is kept.
template <class Straight>
std::vector<Called> corners(const std::vector<Called>& all, Straight straight) {
  std::vector<Called> kept;
  for (std::size_t i = 0; i < all.size(); ++i) {
    const bool inside = !kept.empty() && i + 1 < all.size();
    if (!inside || !straight(kept.back(), all[i], all[i + 1])) kept.push_back(all[i]);
  }
  return kept;
}

}  // namespace

std::vector<CurvePoint> roc_curve(std::span<const float> probabilities, std::span<const int> labels,
                                  int classes, int k) {
  const std::vector<Called> all = calls(probabilities, labels, classes, k);
  const auto positives = static_cast<double>(all.back().right);
  const auto negatives = static_cast<double>(all.back().wrong);
  if (positives == 0 || negatives == 0) return {};
  const auto straight = [](const Called& a, const Called& b, const Called& c) {
    return (b.right - a.right) * (c.wrong - b.wrong) == (c.right - b.right) * (b.wrong - a.wrong);
  };
  std::vector<CurvePoint> curve;
  for (const Called& called : corners(all, straight)) {
    curve.push_back({static_cast<double>(called.wrong) / negatives,
                     static_cast<double>(called.right) / positives, called.threshold});
  }
  return curve;
}

std::vector<CurvePoint> precision_recall_curve(std::span<const float> probabilities,
                                               std::span<const int> labels, int classes, int k) {
  const std::vector<Called> all = calls(probabilities, labels, classes, k);
  const auto positives = static_cast<double>(all.back().right);
  if (positives == 0) return {};
  // Straight are only falls at the same recall and walks at precision 1.
  const auto straight = [](const Called& a, const Called&, const Called& c) {
    return a.right == c.right || c.wrong == 0;
  };
  std::vector<CurvePoint> curve;
  for (const Called& called : corners(all, straight)) {
    const auto named = static_cast<double>(called.right + called.wrong);
    const auto right = static_cast<double>(called.right);
    curve.push_back({right / positives, named == 0 ? 1 : right / named, called.threshold});
  }
  return curve;
}

}  // namespace giemsa
