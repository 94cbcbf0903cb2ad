#pragma once
#include <span>
#include <vector>

#include "giemsa/core/random.h"

namespace giemsa {

/// The fold, in [0, folds), of each record, drawn from `random`: every class is dealt out evenly, and so are
/// all of them together.
std::vector<int> deal_folds(std::span<const int> labels, int folds, Random random);

}  // namespace giemsa
