#pragma once
#include <span>
#include <vector>

#include "giemsa/eval/predictions.h"

namespace giemsa {

/// The classes that any picture is labelled with, ascending.
std::vector<int> labelled_classes(const Predictions& predictions);

/// What the model would have said, had it known of these classes only: their probabilities made to sum to one
/// (equal shares where all are 0), and the labels counted anew; a label outside becomes -1. classes:
/// ascending, not empty.
Predictions restricted_to(const Predictions& predictions, std::span<const int> classes);

}  // namespace giemsa
