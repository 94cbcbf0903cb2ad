#pragma once
#include <memory>

#include "giemsa/infer/gradient_plan.h"
#include "giemsa/infer/step.h"
#include "giemsa/weights/state_dict.h"

namespace giemsa {

/// Makes a step of the way back ready for this processor; `forward`: the step that it belongs to. Keeps its
/// own copy of the weights. Not for the seed. Throws Model when the weights do not fit.
CompiledStep compile_backward(const Graph& graph, const BackwardStep& backward, const Step& forward,
                              std::size_t size, const StateDict& weights);

/// The seed: 1 for the class that *class_index says when it is run (-1: the one with the largest logit), 0
/// for the others.
CompiledStep compile_seed(std::size_t classes, std::shared_ptr<const int> class_index);

}  // namespace giemsa
