#pragma once
#include <cstdint>
#include <vector>

#include "giemsa/split/split.h"

namespace giemsa {

/// Cross-validation: divides what is labelled into `folds` (2 to 100) parts, each of which is the val part of
/// one split and belongs to the train part of the others. A share `test_share` (from 0, below 1) is held out
/// of all folds first: the test part of every split. Stratified, seeded and true to `groups` as make_split;
/// within a class, folds differ by one record at most where the groups allow it. Throws Usage on other
/// numbers, Data when a class has fewer records, or sits in fewer groups, than there are folds (and a test
/// part).
std::vector<Split> make_folds(const Source& source, int folds, std::uint64_t seed,
                              const RecordGroups& groups = {}, double test_share = 0);

/// The shares that each of these splits has of every class.
SplitRatios fold_ratios(int folds, double test_share);

}  // namespace giemsa
