#include "giemsa/anomalies/non_cells.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>

#include "giemsa/stats/neighbour_distances.h"
#include "giemsa/stats/robust_bulk.h"
#include "giemsa/stats/standardise.h"

namespace giemsa {
namespace {

/// Differences below this mean nothing in any of the numbers of an Appearance.
constexpr float kLeastSpread = 0.03f;
constexpr std::size_t kNamed = 3;

/// The numbers that differ most from the set's, each for itself.
std::string strangest_numbers(const Appearance& appearance, const FeatureScales& scales) {
  const auto difference = [&](std::size_t d) {
    return std::abs(appearance[d] - scales.median[d]) / scales.spread[d];
  };
  std::array<std::size_t, kAppearanceSize> order{};
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::stable_sort(order,
                           [&](std::size_t a, std::size_t b) { return difference(a) > difference(b); });
  std::string text;
  for (std::size_t i = 0; i < kNamed; ++i) {
    const std::size_t d = order[i];
    text += fmt::format("{}{} {:.2f} instead of {:.2f}", i == 0 ? "" : ", ", appearance_names()[d],
                        appearance[d], scales.median[d]);
  }
  return text;
}

}  // namespace

void describe(OptionVisitor& visit, NonCellOptions& options) {
  visit.field("sigmas", options.sigmas,
              {.doc = "How far beyond what is usual in its set a picture lies that shows no cell, in robust "
                      "standard deviations of the distances' logarithms.",
               .min = 1,
               .max = 100});
}

std::vector<NonCellScore> find_non_cells(std::span<const Appearance> appearances,
                                         const NonCellOptions& options) {
  std::vector<NonCellScore> scores(appearances.size());
  if (appearances.size() < kLeastPicturesForNonCells) return scores;
  const FeatureScales scales = feature_scales(appearances, kLeastSpread);
  const std::vector<float> rows = standardised(appearances, scales);
  const RobustFit fit = fit_bulk(rows, kAppearanceSize);

  std::vector<std::size_t> far, others;
  for (std::size_t i = 0; i < scores.size(); ++i) {
    scores[i].score = static_cast<float>(fit.bulk.sigmas(fit.distances[i]) / options.sigmas);
    (scores[i].score > 1 ? far : others).push_back(i);
  }
  const NeighbourDistances company =
      neighbour_distances(fit.gaussian.whitened(rows), kAppearanceSize, far, others);
  for (std::size_t f = 0; f < far.size(); ++f) {
    NonCellScore& score = scores[far[f]];
    const double lonely = company.usual.sigmas(company.distances[f]) / options.sigmas;
    score.score = std::min(score.score, static_cast<float>(lonely));
    score.flagged = score.score > 1;
    if (!score.flagged) continue;
    score.evidence = fmt::format(
        "{:.1f} times as far from the bulk of the set as half of its pictures, and {:.1f} times as far from "
        "its "
        "neighbours: {}",
        fit.distances[far[f]] / fit.bulk.median, company.distances[f] / company.usual.median,
        strangest_numbers(appearances[far[f]], scales));
  }
  return scores;
}

}  // namespace giemsa
