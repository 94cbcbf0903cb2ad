#include "giemsa/tune/halving.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "giemsa/core/error.h"
#include "giemsa/tune/metric_curve.h"

namespace giemsa {

std::vector<std::int64_t> rung_epochs(std::int64_t epochs, std::int64_t min_epochs, std::int64_t eta) {
  require(eta >= 2, ErrorKind::Usage, fmt::format("[search] --eta {}; at least 2 is expected", eta));
  require(min_epochs >= 1 && min_epochs <= epochs, ErrorKind::Usage,
          fmt::format("[search] --min-epochs {}; from 1 to the {} epochs of the recipe are expected",
                      min_epochs, epochs));
  std::vector<std::int64_t> rungs{epochs};
  double length = static_cast<double>(epochs);
  for (;;) {
    length /= static_cast<double>(eta);
    const std::int64_t shorter = std::llround(length);
    if (shorter < min_epochs || shorter == rungs.back()) break;
    rungs.push_back(shorter);
  }
  std::reverse(rungs.begin(), rungs.end());
  return rungs;
}

std::vector<std::size_t> promoted(const std::vector<Trial>& trials, std::int64_t rung, std::int64_t eta,
                                  const std::string& metric) {
  std::size_t places = trials.size();
  for (std::int64_t i = 0; i <= rung; ++i) places /= static_cast<std::size_t>(eta);
  places = std::max<std::size_t>(places, 1);

  std::vector<std::size_t> candidates;
  for (std::size_t i = 0; i < trials.size(); ++i) {
    if (trials[i].rung == rung && trials[i].status == TrialStatus::Trained && !std::isnan(trials[i].figure)) {
      candidates.push_back(i);
    }
  }
  const bool default_goes_on = !candidates.empty() && candidates.front() == 0;
  std::stable_sort(candidates.begin(), candidates.end(), [&](std::size_t a, std::size_t b) {
    return better(trials[a].figure, trials[b].figure, metric);
  });
  candidates.resize(std::min(candidates.size(), places));
  if (default_goes_on && std::ranges::find(candidates, std::size_t{0}) == candidates.end()) {
    candidates.push_back(0);
  }
  std::sort(candidates.begin(), candidates.end());
  return candidates;
}

bool advance(std::vector<Trial>& trials, std::int64_t rungs, std::int64_t eta, const std::string& metric) {
  if (std::ranges::count(trials, TrialStatus::Waiting, &Trial::status) > 0) return true;
  std::int64_t open = rungs;
  for (const Trial& trial : trials) {
    if (trial.status == TrialStatus::Trained) open = std::min(open, trial.rung);
  }
  if (open == rungs) return false;
  const bool last = open + 1 == rungs;
  const auto next = last ? std::vector<std::size_t>{} : promoted(trials, open, eta, metric);
  for (Trial& trial : trials) {
    if (trial.rung == open && trial.status == TrialStatus::Trained) {
      trial.status = last ? TrialStatus::Complete : TrialStatus::Dropped;
    }
  }
  for (const std::size_t i : next) {
    trials[i].status = TrialStatus::Waiting;
    ++trials[i].rung;
  }
  return !next.empty();
}

}  // namespace giemsa
