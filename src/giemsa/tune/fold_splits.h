#pragma once
#include <cstdint>
#include <vector>

#include "giemsa/split/split.h"

namespace giemsa {

/// The splits of a cross-validation. Fold k is the test part of split k and of no other; a share `val_share`
/// of the rest is its val part, by which the training chooses its best epoch: a fold never has a say in the
/// model that it measures. Stratified, seeded and true to `groups` as make_folds and make_split, and throws
/// as they do.
std::vector<Split> fold_splits(const Source& source, int folds, double val_share, std::uint64_t seed,
                               const RecordGroups& groups = {});

}  // namespace giemsa
