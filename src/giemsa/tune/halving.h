#pragma once
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "giemsa/tune/trial.h"

namespace giemsa {

// Successive halving (Jamieson, Talwalkar 2016, arXiv:1502.07943, algorithm 1 with the factor eta of Li et
// al. 2018, arXiv:1603.06560): train all for a little, keep the best 1/eta, train those eta times as long,
// and so on. The asynchronous rule (ASHA; Li et al. 2020, arXiv:1810.05934) promotes by what happens to be
// finished; with several workers its choices depend on their speed, so here every promotion waits for its
// rung. Our deviation: trial 0, the recipe's own configuration, is promoted always and takes nobody's place,
// so that the best can be compared with it after a training of the same length.

/// The epochs, in all, at which each rung ends; the last are `epochs`, and going down each has 1/eta of the
/// next, rounded, as long as that is at least min_epochs. Throws Usage unless eta is at least 2 and
/// 1 <= min_epochs <= epochs.
std::vector<std::int64_t> rung_epochs(std::int64_t epochs, std::int64_t min_epochs, std::int64_t eta);

/// The numbers of the trials of rung `rung` that go on, ascending, once none of them waits: the best
/// floor(n / eta^(rung + 1)) of n trials in all, at least one, and trial 0. Equals rank by their number;
/// failed ones and those without a figure do not go on.
std::vector<std::size_t> promoted(const std::vector<Trial>& trials, std::int64_t rung, std::int64_t eta,
                                  const std::string& metric);

/// Moves on every search that has no trial waiting: marks the promoted ones of the lowest open rung as
/// waiting in the next, the others as dropped, those of the last rung as complete. Returns false when nothing
/// is left to do.
bool advance(std::vector<Trial>& trials, std::int64_t rungs, std::int64_t eta, const std::string& metric);

}  // namespace giemsa
