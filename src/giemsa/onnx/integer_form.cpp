#include "giemsa/onnx/integer_form.h"

#include <algorithm>
#include <cmath>

#include "giemsa/infer/plan.h"

namespace giemsa {
namespace {

struct Range {
  float lowest, highest;
};

/// A range with 0 in it in 256 steps.
ByteCode code_of(Range range) {
  const auto [lowest, highest] = range;
  const float scale = (highest - lowest) / 255;
  return {scale, static_cast<std::uint8_t>(std::clamp(std::lround(-lowest / scale), 0L, 255L))};
}

/// The same numbers as the executor's: signed integers are shifted by 128.
ByteCode code_of(const Storage& storage) {
  return {storage.scale, static_cast<std::uint8_t>(storage.type == StorageType::Signed8 ? 128 : 0)};
}

bool has_weights(const Node& node) {
  return std::holds_alternative<ConvOp>(node.op) || std::holds_alternative<LinearOp>(node.op);
}

bool is_relu(Activation kind) { return kind == Activation::Relu || kind == Activation::Relu6; }

/// Of what goes into an activation, the part that matters where at most `largest` was measured behind it:
/// what lies below changes the result by less than 0.015. Values above are cut off, as everywhere in
/// integers.
Range before_activation(const ActivationOp& activation, float largest) {
  switch (activation.kind) {
    case Activation::Relu:
    case Activation::Relu6:
      return {0, largest};
    case Activation::LeakyRelu:
      return {activation.slope > 0 ? -largest / activation.slope : 0, largest};
    case Activation::Gelu:
      return {-3, largest + 0.17f};  // x - gelu(x) ≤ 0.17 for x ≥ 0
    case Activation::HardSwish:
      return {-3, std::max(largest, 3.f)};
    case Activation::HardSigmoid:
      return {-3, 3};
    case Activation::Silu:
      return {-6, largest + 0.28f};  // x - silu(x) ≤ 0.28 for x ≥ 0
    case Activation::Sigmoid:
      break;
  }
  return {-6, 6};
}

class Former {
 public:
  Former(const Graph& graph, const Quantization& quantization, std::span<const NodeId> outputs)
      : graph_(graph), quantization_(quantization), plan_(make_plan(graph, outputs, &quantization)) {
    form_.reads.resize(graph.nodes.size());
    form_.rounds.resize(graph.nodes.size());
  }

  IntegerForm form() {
    for (std::size_t s = 1; s < plan_.steps.size(); ++s) {
      const Step& step = plan_.steps[s];
      if (step.int8) form_.reads[step.node] = code_of(*step.int8);
      if (!step.storage.is_float()) form_.rounds[step.value] = code_of(step.storage);
      if (step.int8 && is_convolution_of_maps(step)) round_result(static_cast<int>(s));
      if (std::ranges::count(plan_.outputs, static_cast<int>(s)) > 0) form_.rounds[step.value].reset();
    }
    return std::move(form_);
  }

 private:
  /// A convolution over one position, as gates have, is nothing that integers would hasten.
  bool is_convolution_of_maps(const Step& step) const {
    const Node& node = graph_.nodes[step.node];
    return std::holds_alternative<ConvOp>(node.op) && !node.shape.is_vector();
  }

  /// The largest magnitude of a step's value; 0 where it was not measured.
  float range_of(const Step& step) const {
    const auto found = quantization_.ranges.find(graph_.nodes[step.value].name);
    return found == quantization_.ranges.end() ? 0.f : found->second;
  }

  /// Whether a layer that stays in floats reads the value of step s, perhaps through steps that only move
  /// values. ONNX Runtime turns the weights of a layer between rounded values into integers all the same,
  /// with one scale for all channels.
  bool feeds_floats(int s) const {
    for (int reader = s + 1; reader < static_cast<int>(plan_.steps.size()); ++reader) {
      const Step& step = plan_.steps[static_cast<std::size_t>(reader)];
      if (std::ranges::count(step.inputs, s) == 0) continue;
      const Node& node = graph_.nodes[step.node];
      if (has_weights(node) && !step.int8) return true;
      const bool moves =
          std::holds_alternative<MaxPoolOp>(node.op) || std::holds_alternative<FlattenOp>(node.op);
      if (moves && feeds_floats(reader)) return true;
    }
    return false;
  }

  void round_result(int s) {
    const Step& step = plan_.steps[static_cast<std::size_t>(s)];
    const float largest = range_of(step);
    if (!(largest > 0)) return;
    const NodeId result = step.scales.empty() ? step.node : step.scales.back();
    const bool relu = step.activation && is_relu(step.activation->kind);
    if (step.residual >= 0) {
      form_.rounds[result] = addend(step, largest);
    } else if (step.activation && !relu) {
      form_.rounds[result] = code_of(before_activation(*step.activation, largest));
    } else if (!form_.rounds[step.value] && !feeds_floats(s)) {
      form_.rounds[step.value] = code_of(Storage::for_range(largest, relu));
    }
  }

  /// For a convolution's result z that a residual r is added to: z = sum - r. largest: behind the activation
  /// of the sum.
  ByteCode addend(const Step& step, float largest) const {
    const Range sum =
        step.activation ? before_activation(*step.activation, largest) : Range{-largest, largest};
    const Step& other = plan_.steps[step.residual];
    const float r = range_of(other);
    const bool positive = other.storage.type == StorageType::Unsigned8;
    return code_of({sum.lowest - r, sum.highest + (positive ? 0 : r)});
  }

  const Graph& graph_;
  const Quantization& quantization_;
  Plan plan_;
  IntegerForm form_;
};

}  // namespace

IntegerForm integer_form(const Graph& graph, const Quantization& quantization,
                         std::span<const NodeId> outputs) {
  return Former(graph, quantization, outputs).form();
}

}  // namespace giemsa
