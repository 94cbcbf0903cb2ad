#include "giemsa/metrics/bootstrap.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <utility>

#include "giemsa/core/error.h"
#include "giemsa/core/parallel.h"
#include "giemsa/core/random.h"

namespace giemsa {
namespace {

using Members = std::vector<std::vector<std::size_t>>;

void check(const BootstrapOptions& o) {
  constexpr std::int64_t kMostResamples = 1'000'000;
  require(o.resamples >= 0 && o.resamples <= kMostResamples, ErrorKind::Usage,
          fmt::format("[bootstrap] {} resamples; expected 0…{}", o.resamples, kMostResamples),
          "2000 make intervals that are steady enough");
  require(o.threads >= 0 && o.threads <= 1024, ErrorKind::Usage,
          fmt::format("[bootstrap] {} threads; expected 0…1024", o.threads), "0: one per processor");
  require(o.level > 0 && o.level < 1, ErrorKind::Usage,
          fmt::format("[bootstrap] the level is {}; expected between 0 and 1", o.level), "0.95");
}

/// The pictures of each true class.
Members members_of(std::span<const int> labels) {
  std::map<int, std::vector<std::size_t>> by_label;
  for (std::size_t i = 0; i < labels.size(); ++i) by_label[labels[i]].push_back(i);
  Members members;
  for (auto& [label, pictures] : by_label) members.push_back(std::move(pictures));
  return members;
}

bool can_vary(const Members& members) {
  return std::any_of(members.begin(), members.end(),
                     [](const auto& of_class) { return of_class.size() > 1; });
}

void draw(const Members& members, Random random, std::span<int> weights) {
  std::fill(weights.begin(), weights.end(), 0);
  for (const auto& pictures : members) {
    for (std::size_t i = 0; i < pictures.size(); ++i) ++weights[pictures[random.below(pictures.size())]];
  }
}

}  // namespace

std::vector<std::vector<double>> bootstrap_figures(std::span<const int> labels, std::size_t figures,
                                                   const WeightedFigures& measure,
                                                   const BootstrapOptions& options) {
  check(options);
  const Members members = members_of(labels);
  const std::size_t resamples = can_vary(members) ? static_cast<std::size_t>(options.resamples) : 0;
  std::vector<std::vector<double>> columns(figures, std::vector<double>(resamples));
  struct Workspace {
    std::vector<int> weights;
    std::vector<double> row;
  };
  const int workers = options.threads == 0 ? processor_count() : options.threads;
  std::vector<Workspace> workspaces(static_cast<std::size_t>(workers));
  parallel_for_workers(resamples, workers, [&](int worker, std::size_t r) {
    auto& [weights, row] = workspaces[static_cast<std::size_t>(worker)];
    weights.resize(labels.size());
    row.resize(figures);
    draw(members, Random({static_cast<std::uint64_t>(options.seed), fnv1a("bootstrap"), r}), weights);
    measure(weights, row);
    for (std::size_t f = 0; f < figures; ++f) columns[f][r] = row[f];
  });
  return columns;
}

std::vector<Interval> bootstrap_intervals(std::span<const int> labels, std::size_t figures,
                                          const WeightedFigures& measure, const BootstrapOptions& options) {
  std::vector<Interval> intervals;
  for (auto& column : bootstrap_figures(labels, figures, measure, options))
    intervals.push_back(percentile_interval(std::move(column), options.level));
  return intervals;
}

Interval percentile_interval(std::vector<double> values, double level) {
  std::erase_if(values, [](double v) { return std::isnan(v); });
  if (values.empty()) return {};
  const auto quantile = [&](double share) {
    const double position = share * static_cast<double>(values.size() - 1);
    const auto below = values.begin() + static_cast<std::ptrdiff_t>(position);
    std::nth_element(values.begin(), below, values.end());
    const auto above = std::min_element(below + 1, values.end());
    return above == values.end() ? *below : *below + (position - std::floor(position)) * (*above - *below);
  };
  return {quantile((1 - level) / 2), quantile((1 + level) / 2)};
}

}  // namespace giemsa
