#pragma once
#include <vector>

#include "giemsa/run/model_file.h"

namespace giemsa {

/// One model that averages the probabilities of others. Those that are ensembles themselves give their
/// members. What the members were calibrated to, and how they were shown pictures, does not count: calibrate
/// the ensemble. Throws Data when two have different classes or the same ones in another order, Usage for
/// fewer than two networks or more than kMaxMembers.
Model make_ensemble(std::vector<Model> members);

}  // namespace giemsa
