#pragma once
#include "giemsa/infer/plan.h"
#include "giemsa/infer/step.h"
#include "giemsa/weights/state_dict.h"

namespace giemsa {

/// Makes a step of a plan ready for this processor. Keeps its own copy of the weights. Throws Model when they
/// do not fit.
CompiledStep compile_step(const Graph& graph, const Plan& plan, const Step& step, const StateDict& weights);

}  // namespace giemsa
