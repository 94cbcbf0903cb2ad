#include "giemsa/eval/trust_summary.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "giemsa/core/error.h"

namespace giemsa {
namespace {

double quotient(std::int64_t part, std::int64_t whole) {
  return whole > 0 ? static_cast<double>(part) / static_cast<double>(whole)
                   : std::numeric_limits<double>::quiet_NaN();
}

}  // namespace

AbstentionFigures abstention_figures(const Predictions& predictions, std::span<const std::string> reasons) {
  require(reasons.size() == predictions.size(), ErrorKind::Internal,
          fmt::format("[report] {} reasons to abstain for {} pictures", reasons.size(), predictions.size()));
  struct Tally {
    std::int64_t pictures = 0, labelled = 0, right = 0;
  };
  Tally answered, abstained;
  std::map<std::string, std::int64_t> counts;
  for (std::size_t i = 0; i < reasons.size(); ++i) {
    Tally& tally = reasons[i].empty() ? answered : abstained;
    ++tally.pictures;
    tally.labelled += predictions.labels[i] >= 0;
    tally.right += predictions.labels[i] == predictions.predicted(i);
    if (!reasons[i].empty()) ++counts[reasons[i]];
  }
  AbstentionFigures figures{.answered = answered.pictures,
                            .abstained = abstained.pictures,
                            .coverage = quotient(answered.pictures, answered.pictures + abstained.pictures),
                            .accuracy_answered = quotient(answered.right, answered.labelled),
                            .accuracy_abstained = quotient(abstained.right, abstained.labelled),
                            .reasons = {counts.begin(), counts.end()}};
  std::ranges::stable_sort(figures.reasons, std::ranges::greater(),
                           &std::pair<std::string, std::int64_t>::second);
  return figures;
}

}  // namespace giemsa
