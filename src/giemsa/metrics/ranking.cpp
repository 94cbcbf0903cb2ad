#include "giemsa/metrics/ranking.h"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <limits>

#include "giemsa/core/error.h"

namespace giemsa {
namespace {

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

/// A number that is the smaller the larger the score; the same for 0 and -0.
std::uint32_t falling_key(float score) {
  const auto bits = std::bit_cast<std::uint32_t>(score + 0.f);
  const std::uint32_t rising = bits >> 31 ? ~bits : bits | 0x8000'0000u;
  return ~rising;
}

/// score(i) of N pictures. Score and number share one word: words sort much faster than numbers that are
/// compared by what they point at.
template <class Score>
Ranking rank(std::size_t n, Score score) {
  require(n <= std::numeric_limits<std::uint32_t>::max(), ErrorKind::Internal,
          fmt::format("[metrics] {} pictures are more than can be ranked", n));
  std::vector<std::uint64_t> words(n);
  for (std::size_t i = 0; i < n; ++i) words[i] = std::uint64_t{falling_key(score(i))} << 32 | i;
  std::sort(words.begin(), words.end());
  Ranking ranking;
  ranking.order.resize(n);
  for (std::size_t i = 0; i < n; ++i) {
    ranking.order[i] = static_cast<std::uint32_t>(words[i]);
    if (i + 1 == n || words[i] >> 32 != words[i + 1] >> 32)
      ranking.ends.push_back(static_cast<std::uint32_t>(i + 1));
  }
  return ranking;
}

/// Sums are of whole numbers below 2⁵³, so the area of the ROC curve is exact up to its last division.
template <class Weight>
ClassAreas areas(const Ranking& ranking, std::span<const int> labels, int k, Weight weight) {
  double positives = 0, negatives = 0;  // with a score of the group's or above
  double pairs = 0;                     // (positive, negative) in the right order, a tie counting one half
  double steps = 0;                     // Σ new positives · precision
  std::size_t i = 0;
  for (const std::uint32_t end : ranking.ends) {
    double new_positives = 0, new_negatives = 0;
    for (; i < end; ++i) {
      const std::uint32_t picture = ranking.order[i];
      (labels[picture] == k ? new_positives : new_negatives) += weight(picture);
    }
    pairs += new_negatives * (positives + 0.5 * new_positives);
    positives += new_positives;
    negatives += new_negatives;
    if (new_positives > 0) steps += new_positives * (positives / (positives + negatives));
  }
  return {positives == 0 || negatives == 0 ? kNaN : pairs / (positives * negatives),
          positives == 0 ? kNaN : steps / positives};
}

}  // namespace

Ranking rank_by(std::span<const float> scores) {
  return rank(scores.size(), [scores](std::size_t i) { return scores[i]; });
}

Ranking rank_by_class(std::span<const float> probabilities, int classes, int k) {
  const auto k_count = static_cast<std::size_t>(classes), column = static_cast<std::size_t>(k);
  return rank(probabilities.size() / k_count,
              [=](std::size_t i) { return probabilities[i * k_count + column]; });
}

ClassAreas areas_of_class(const Ranking& ranking, std::span<const int> labels, int k,
                          std::span<const int> weights) {
  if (weights.empty()) return areas(ranking, labels, k, [](std::uint32_t) { return 1.0; });
  return areas(ranking, labels, k,
               [weights](std::uint32_t picture) { return static_cast<double>(weights[picture]); });
}

}  // namespace giemsa
