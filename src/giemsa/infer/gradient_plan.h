#pragma once
#include <span>
#include <vector>

#include "giemsa/graph/graph.h"
#include "giemsa/infer/plan.h"

namespace giemsa {

/// One piece of the way back from a logit: how the gradient of a step's value becomes that of what it read.
struct BackwardStep {
  enum class Work {
    Seed,        ///< the gradient of the logits by themselves: 1 for the class that is asked for
    Activation,  ///< in place, through the activation fused into step `of`
    Operation,   ///< through the operation of step `of`, to its input `slot`
    Copy,        ///< a gradient that passes on as it is
    Add,         ///< adds a gradient to what is there
  };
  Work work;
  int of = -1;   ///< the step of the way forward
  int slot = 0;  ///< Operation: which of its inputs
};

/// A plan that goes on from the logits back to some nodes. outputs: the logits, then of each tap its value
/// and its gradient.
struct GradientPlan {
  Plan plan;
  std::vector<BackwardStep> backward;  ///< one for each of the last steps of `plan`, whose `inputs` it reads

  std::size_t forward_steps() const { return plan.steps.size() - backward.size(); }  ///< the seed is next
};

/// Whether the derivative of an activation can be told from its result, so that what it read need not be
/// kept.
bool told_by_result(const ActivationOp& op);

/// Plans the gradient of a logit with respect to the values of `taps`. Only values that a derivative needs
/// are kept from the way forward; all else is fused as in prediction. Throws Internal for a tap that the
/// network lacks or that has no part in its logits.
GradientPlan make_gradient_plan(const Graph& graph, std::span<const NodeId> taps);

}  // namespace giemsa
