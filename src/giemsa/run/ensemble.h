#pragma once
#include <vector>

#include "giemsa/run/model_file.h"

namespace giemsa {

/// One model that averages the probabilities of others. Those that are ensembles themselves give their
/// members. What the members were calibrated to does not count: calibrate the ensemble. It is shown pictures
/// as they are, but takes no second looks before it is calibrated. Throws Data when two have different
/// classes, the same ones in another order, or another way of being shown pictures; Usage for fewer than two
/// networks or more than kMaxMembers.
Model make_ensemble(std::vector<Model> members);

}  // namespace giemsa
