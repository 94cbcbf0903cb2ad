#include "giemsa/infer/assign_storage.h"

#include <algorithm>

namespace giemsa {
namespace {

/// Whether nothing below zero comes out of this activation.
bool cuts_negatives(const std::optional<ActivationOp>& activation) {
  if (!activation) return false;
  switch (activation->kind) {
    case Activation::Relu:
    case Activation::Relu6:
    case Activation::HardSigmoid:
    case Activation::Sigmoid:
      return true;
    case Activation::LeakyRelu:
    case Activation::Gelu:
    case Activation::Silu:
    case Activation::HardSwish:
      return false;
  }
  return false;
}

class Assignment {
 public:
  Assignment(const Graph& graph, const Quantization& quantization, Plan& plan)
      : graph_(graph), quantization_(quantization), plan_(plan), integer_(plan.steps.size(), 0) {}

  void assign() {
    for (Step& step : plan_.steps) {
      if (multiplies_integers(step)) step.int8 = range_of(step.inputs[0]);
    }
    for (int s = 1; s < count(); ++s) integer_[s] = may_be_integer(s);
    while (withdraw_one()) {
    }
    for (int s = 1; s < count(); ++s) {
      if (!integer_[s]) continue;
      Step& step = plan_.steps[s];
      step.storage = is<MaxPoolOp>(s) ? plan_.steps[step.inputs[0]].storage : *range_of(s);
      step.size /= sizeof(float);
    }
    for (Step& step : plan_.steps) {
      if (step.int8 && integer_[step.inputs[0]]) step.int8 = plan_.steps[step.inputs[0]].storage;
    }
  }

 private:
  int count() const { return static_cast<int>(plan_.steps.size()); }
  template <class T>
  bool is(int s) const {
    return std::holds_alternative<T>(graph_.nodes[plan_.steps[s].node].op);
  }

  /// How a step's value would be kept; nothing where it was not measured.
  std::optional<Storage> range_of(int s) const {
    const Step& step = plan_.steps[s];
    const auto found = quantization_.ranges.find(graph_.nodes[step.value].name);
    if (found == quantization_.ranges.end() || !(found->second > 0)) return {};
    return Storage::for_range(found->second, cuts_negatives(step.activation));
  }

  bool multiplies_integers(const Step& step) const {
    const Node& node = graph_.nodes[step.node];
    const bool weighted =
        std::holds_alternative<ConvOp>(node.op) || std::holds_alternative<LinearOp>(node.op);
    return weighted && !quantization_.kept.contains(node.name) && range_of(step.inputs[0]);
  }

  bool may_be_integer(int s) const {
    const Step& step = plan_.steps[s];
    if (std::ranges::count(plan_.outputs, s) > 0 || step.size % sizeof(float) != 0) return false;
    return is<MaxPoolOp>(s) || (step.int8 && range_of(s));
  }

  /// Whether step `reader` takes the value of step s as integers, if it reads it at all.
  bool takes_integers(int reader, int s) const {
    const Step& step = plan_.steps[reader];
    if (step.residual == s && !integer_[reader]) return false;
    if (std::ranges::count(step.inputs, s) == 0) return true;
    if (is<MaxPoolOp>(reader)) return integer_[reader];
    return step.int8.has_value() || is<GlobalAvgPoolOp>(reader);
  }

  /// Makes the value of one step floats whose neighbours do not let it be integers; false when all agree.
  bool withdraw_one() {
    for (int s = 1; s < count(); ++s) {
      if (!integer_[s]) continue;
      const Step& step = plan_.steps[s];
      bool agrees = step.residual < 0 || integer_[step.residual];
      if (is<MaxPoolOp>(s)) agrees = agrees && integer_[step.inputs[0]];
      for (int reader = s + 1; agrees && reader < count(); ++reader) agrees = takes_integers(reader, s);
      if (agrees) continue;
      integer_[s] = 0;
      return true;
    }
    return false;
  }

  const Graph& graph_;
  const Quantization& quantization_;
  Plan& plan_;
  std::vector<char> integer_;  // by step
};

}  // namespace

void assign_storage(const Graph& graph, const Quantization& quantization, Plan& plan) {
  Assignment(graph, quantization, plan).assign();
}

}  // namespace giemsa
