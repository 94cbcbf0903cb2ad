#include <fmt/format.h>

#include <algorithm>

#include "giemsa/core/error.h"
#include "giemsa/core/random.h"
#include "giemsa/metrics/log_loss.h"
#include "giemsa/metrics/reliability.h"
#include "giemsa/stats/deal_folds.h"
#include "giemsa/trust/fit_trust.h"
#include "giemsa/trust/validation_part.h"

namespace giemsa {
namespace {

/// Limits lie between single pictures, so figures of one dealing depend on it more than is worth reading.
constexpr int kDealings = 5;

ValidationPart without_fold(const ValidationPart& all, std::span<const int> fold_of, int fold,
                            std::size_t k) {
  ValidationPart part;
  for (std::size_t i = 0; i < fold_of.size(); ++i) {
    if (fold_of[i] == fold) continue;
    const auto row = std::span(all.logits).subspan(i * k, k);
    part.logits.insert(part.logits.end(), row.begin(), row.end());
    part.labels.push_back(all.labels[i]);
    if (!all.novelties.empty()) part.novelties.push_back(all.novelties[i]);
  }
  return part;
}

/// Calls use(i, judgement) for all pictures of a fold.
template <class Use>
void judge_fold(const Trust& trust, const TrustData& data, std::span<const int> fold_of, int fold, Use use) {
  const auto k = static_cast<std::size_t>(data.classes);
  for (std::size_t i = 0; i < fold_of.size(); ++i) {
    if (fold_of[i] != fold) continue;
    const auto features = data.features.rows > 0 ? data.features.row(i) : std::span<const float>();
    use(i, judge(trust, data.logits.subspan(i * k, k), features));
  }
}

double calibration_error(std::span<const float> probabilities, const TrustData& data) {
  return expected_calibration_error(reliability(probabilities, data.labels, data.classes));
}

}  // namespace

TrustFigures cross_fit(const TrustData& data, const TrustOptions& options, int folds, std::uint64_t seed) {
  require(folds >= 2 && folds <= 100, ErrorKind::Usage,
          fmt::format("[trust] {} folds; 2 to 100 are possible", folds));
  const std::optional<Novelty> novelty = novelty_of(data, options);
  const ValidationPart all = validation_part(data, novelty);
  const auto k = static_cast<std::size_t>(data.classes);
  const std::size_t n = all.labels.size();
  const auto fill_row = [k](std::vector<float>& rows, std::size_t i, const Judgement& judgement) {
    std::ranges::copy(judgement.probabilities, rows.begin() + static_cast<std::ptrdiff_t>(i * k));
  };

  TrustFigures figures{.pictures = static_cast<std::int64_t>(n),
                       .folds = folds,
                       .level = options.level,
                       .coverage = options.coverage};
  std::vector<float> before(n * k), after(n * k);
  judge_fold({}, data, std::vector<int>(n), 0,
             [&](std::size_t i, const Judgement& judgement) { fill_row(before, i, judgement); });
  figures.ece_before = calibration_error(before, data);
  figures.log_loss_before = log_loss(before, data.labels, data.classes);

  std::size_t right = 0, covered = 0, in_sets = 0, empty = 0, unlike = 0, unsure = 0, answered_right = 0;
  for (int dealing = 0; dealing < kDealings; ++dealing) {
    const std::vector<int> fold_of = deal_folds(
        all.labels, folds, Random({seed, fnv1a("trust folds"), static_cast<std::uint64_t>(dealing)}));
    for (int fold = 0; fold < folds; ++fold) {
      Trust trust = fit_on_part(without_fold(all, fold_of, fold, k), data.classes, options);
      trust.novelty = novelty;
      judge_fold(trust, data, fold_of, fold, [&](std::size_t i, const Judgement& judgement) {
        fill_row(after, i, judgement);
        const bool is_right = judgement.answer == all.labels[i];
        right += is_right;
        covered += std::ranges::count(*judgement.set, all.labels[i]) > 0;
        in_sets += judgement.set->size();
        empty += judgement.set->empty();
        unlike += judgement.verdict == Verdict::Unlike;
        unsure += judgement.verdict == Verdict::Unsure;
        answered_right += is_right && !judgement.abstains();
      });
    }
    figures.ece_after += calibration_error(after, data) / kDealings;
    figures.log_loss_after += log_loss(after, data.labels, data.classes) / kDealings;
  }

  const std::size_t judged = n * kDealings, answered = judged - unlike - unsure;
  const auto share = [](std::size_t count, std::size_t of) {
    return of > 0 ? static_cast<double>(count) / static_cast<double>(of) : 0;
  };
  figures.accuracy = share(right, judged);
  figures.set_coverage = share(covered, judged);
  figures.set_size = share(in_sets, judged);
  figures.empty_sets = share(empty, judged);
  figures.answered = share(answered, judged);
  figures.answered_accuracy = share(answered_right, answered);
  figures.unlike = share(unlike, judged);
  figures.unsure = share(unsure, judged);
  return figures;
}

}  // namespace giemsa
