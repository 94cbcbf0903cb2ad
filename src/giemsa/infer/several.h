#pragma once
#include <vector>

#include "giemsa/infer/plan.h"
#include "giemsa/infer/step.h"

namespace giemsa {

/// A plan's steps with those from plan.first_grouped on made for so many pictures at once: by the step's own
/// way, or one picture after the other. The others are left as they are. Call it under onednn::OneThread.
std::vector<CompiledStep> for_several(const Plan& plan, const std::vector<CompiledStep>& steps,
                                      std::size_t pictures);

}  // namespace giemsa
