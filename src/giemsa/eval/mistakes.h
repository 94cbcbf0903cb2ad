#pragma once
#include <cstddef>
#include <vector>

#include "giemsa/eval/predictions.h"

namespace giemsa {

/// The labelled pictures that were named wrongly, worst first: by the probability of the wrong name, then by
/// position. At most `limit` of them.
std::vector<std::size_t> worst_mistakes(const Predictions& predictions, std::size_t limit);

}  // namespace giemsa
