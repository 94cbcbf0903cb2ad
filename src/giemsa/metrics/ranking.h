#pragma once
#include <cstdint>
#include <span>
#include <vector>

namespace giemsa {

/// Pictures by falling score, those of equal score side by side.
struct Ranking {
  std::vector<std::uint32_t> order;  ///< [N] numbers of pictures; of equals the smaller number first
  std::vector<std::uint32_t> ends;   ///< [groups of equal score] where in `order` the next group begins
};

/// scores: [N], none of them NaN; N below 2³². O(N log N).
Ranking rank_by(std::span<const float> scores);

/// Of the scores of one class, probabilities[:, k].
Ranking rank_by_class(std::span<const float> probabilities, int classes, int k);

/// The areas under both curves of one class against all others.
struct ClassAreas {
  double roc_auc = 0;            ///< NaN where the class is absent or alone
  double average_precision = 0;  ///< NaN where the class is absent
};

/// From pictures ranked by the score of class k. labels: [N]; weights: [N], how often each picture counts, or
/// empty: once. O(N).
ClassAreas areas_of_class(const Ranking& ranking, std::span<const int> labels, int k,
                          std::span<const int> weights);

}  // namespace giemsa
