#include "giemsa/infer/plan.h"

#include <algorithm>

#include "giemsa/infer/arena.h"
#include "giemsa/infer/assign_storage.h"

namespace giemsa {

namespace {

/// Positions of a small map: a tile of rows that fills the registers many times over has more.
constexpr std::int64_t kSmallMap = 64;
constexpr std::size_t kAlignment = 16;  // floats: one cache line, one AVX-512 register

/// The earlier node whose value this one passes on as it is, or -1.
NodeId passes_on(const Graph& graph, const Node& node) {
  const bool only_training =
      std::holds_alternative<DropoutOp>(node.op) || std::holds_alternative<DropPathOp>(node.op);
  const bool flat =
      std::holds_alternative<FlattenOp>(node.op) && graph.nodes[node.inputs[0]].shape.is_vector();
  return only_training || flat ? node.inputs[0] : -1;
}

class Planner {
 public:
  Planner(const Graph& graph, std::span<const NodeId> outputs)
      : graph_(graph),
        outputs_(outputs),
        until_(std::ranges::max(outputs)),
        readers_(until_ + 1),
        step_of_(until_ + 1) {
    count_readers();
  }

  Plan plan(const Quantization* quantization) {
    for (NodeId id = 0; id <= until_; ++id) {
      if (id > 0 && readers_[id] == 0) continue;
      const Node& node = graph_.nodes[id];
      const NodeId same = passes_on(graph_, node);
      step_of_[id] = same >= 0 ? step_of_[same] : fuse(id, node).value_or(-1);
      if (step_of_[id] < 0) step_of_[id] = append(id, node);
    }
    for (const NodeId output : outputs_) plan_.outputs.push_back(step_of_[output]);
    if (quantization) assign_storage(graph_, *quantization, plan_);
    place_values();
    plan_.first_grouped = static_cast<int>(plan_.steps.size());
    while (plan_.first_grouped > 1 && is_small(plan_.steps[plan_.first_grouped - 1])) --plan_.first_grouped;
    return std::move(plan_);
  }

 private:
  /// readers_[n]: nodes that need n's value, pass-through nodes standing for their own readers. Whoever asks
  /// for the plan is a reader of each output.
  void count_readers() {
    for (const NodeId output : outputs_) ++readers_[output];
    for (NodeId id = until_; id > 0; --id) {
      if (readers_[id] == 0) continue;
      const Node& node = graph_.nodes[id];
      if (const NodeId same = passes_on(graph_, node); same >= 0) {
        readers_[same] += readers_[id];
      } else {
        for (const NodeId input : node.inputs) ++readers_[input];
      }
    }
  }

  bool is_small(const Step& step) const {
    const Shape& shape = graph_.nodes[step.node].shape;
    return shape.height * shape.width <= kSmallMap;
  }

  /// Whether the step multiplies by weights, so that more can be fused into it, and only one node reads it.
  bool open(int step) const {
    const Op& op = graph_.nodes[plan_.steps[step].node].op;
    const bool weighted = std::holds_alternative<ConvOp>(op) || std::holds_alternative<LinearOp>(op);
    return weighted && readers_[plan_.steps[step].value] == 1 && !plan_.steps[step].activation;
  }

  /// The step that can do this node along the way.
  std::optional<int> fuse(NodeId id, const Node& node) {
    std::optional<int> into;
    if (std::holds_alternative<BatchNormOp>(node.op) || std::holds_alternative<LayerScaleOp>(node.op)) {
      const int step = step_of_[node.inputs[0]];
      if (!open(step) || plan_.steps[step].residual >= 0) return {};
      plan_.steps[step].scales.push_back(id);
      into = step;
    } else if (const auto* activation = std::get_if<ActivationOp>(&node.op)) {
      const int step = step_of_[node.inputs[0]];
      if (!open(step)) return {};
      plan_.steps[step].activation = *activation;
      into = step;
    } else if (std::holds_alternative<AddOp>(node.op)) {
      const auto [residual, step] = std::minmax({step_of_[node.inputs[0]], step_of_[node.inputs[1]]});
      if (!open(step) || plan_.steps[step].residual >= 0 || !ends_at(residual, step)) return {};
      plan_.steps[step].residual = residual;
      into = step;
    }
    if (into) plan_.steps[*into].value = id;
    return into;
  }

  /// Whether `step` may overwrite the value of `residual` by the sum: all its other readers come before
  /// `step`.
  bool ends_at(int residual, int step) const {
    int before = 0;
    for (int s = 0; s < step; ++s) {
      const Step& other = plan_.steps[s];
      before += static_cast<int>(std::ranges::count(other.inputs, residual)) + (other.residual == residual);
    }
    return before + 1 == readers_[plan_.steps[residual].value];
  }

  int append(NodeId id, const Node& node) {
    Step step{.node = id, .value = id, .size = static_cast<std::size_t>(node.shape.size())};
    for (const NodeId input : node.inputs) step.inputs.push_back(step_of_[input]);
    plan_.steps.push_back(std::move(step));
    return static_cast<int>(plan_.steps.size()) - 1;
  }

  /// A sum lies where its residual lay; all other values get places by their lifetimes.
  void place_values() {
    const int count = static_cast<int>(plan_.steps.size());
    std::vector<int> buffer(count);
    std::vector<Lifetime> lifetimes;
    for (int s = 0; s < count; ++s) {
      const Step& step = plan_.steps[s];
      for (const int input : step.inputs) lifetimes[buffer[input]].last = s;
      if (step.residual >= 0) {
        buffer[s] = buffer[step.residual];
        lifetimes[buffer[s]].last = s;
      } else {
        buffer[s] = static_cast<int>(lifetimes.size());
        lifetimes.push_back({step.size, s, s});
      }
    }
    for (const int output : plan_.outputs) lifetimes[buffer[output]].last = count;
    const Arena arena = place(lifetimes, kAlignment);
    for (int s = 0; s < count; ++s) plan_.steps[s].offset = arena.offsets[buffer[s]];
    plan_.workspace_size = arena.size;
  }

  const Graph& graph_;
  std::span<const NodeId> outputs_;
  NodeId until_;              // the last of them
  std::vector<int> readers_;  // by node
  std::vector<int> step_of_;  // by node: the step that holds its value
  Plan plan_;
};

}  // namespace

Plan make_plan(const Graph& graph, std::span<const NodeId> outputs, const Quantization* quantization) {
  return Planner(graph, outputs).plan(quantization);
}

}  // namespace giemsa
