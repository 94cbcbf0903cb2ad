#include "giemsa/infer/gradient_plan.h"

#include <fmt/format.h>

#include <algorithm>

#include "giemsa/core/error.h"
#include "giemsa/infer/arena.h"

namespace giemsa {

namespace {

using Work = BackwardStep::Work;

constexpr std::size_t kAlignment = 16;  // floats: one cache line, one AVX-512 register

/// The nodes whose values a derivative behind one of the taps needs.
std::vector<NodeId> needed_values(const Graph& graph, std::span<const NodeId> taps) {
  std::vector<char> behind(graph.nodes.size());
  for (const NodeId tap : taps) behind[tap] = 1;
  std::vector<NodeId> needed;
  for (NodeId id = 0; id <= graph.output; ++id) {
    const Node& node = graph.nodes[id];
    if (std::ranges::none_of(node.inputs, [&](NodeId input) { return behind[input]; })) continue;
    behind[id] = 1;
    if (const auto* activation = std::get_if<ActivationOp>(&node.op)) {
      needed.push_back(told_by_result(*activation) ? id : node.inputs[0]);
    } else if (std::holds_alternative<LayerNormOp>(node.op) || std::holds_alternative<MaxPoolOp>(node.op) ||
               std::holds_alternative<MulOp>(node.op)) {
      needed.insert(needed.end(), node.inputs.begin(), node.inputs.end());
    }
  }
  return needed;
}

class GradientPlanner {
 public:
  GradientPlanner(const Graph& graph, std::span<const NodeId> taps) : graph_(graph) {
    std::vector<NodeId> wanted{graph.output};
    wanted.insert(wanted.end(), taps.begin(), taps.end());
    const std::vector<NodeId> needed = needed_values(graph, taps);
    wanted.insert(wanted.end(), needed.begin(), needed.end());
    result_.plan = make_plan(graph, wanted);
    const std::vector<int>& outputs = result_.plan.outputs;
    taps_.assign(outputs.begin() + 1, outputs.begin() + 1 + static_cast<std::ptrdiff_t>(taps.size()));
    forward_ = static_cast<int>(result_.plan.steps.size());
    gradient_.assign(forward_, -1);
    mark_steps_behind_taps();
  }

  GradientPlan plan() {
    const int logits = result_.plan.outputs[0];
    gradient_[logits] = append({Work::Seed}, {logits}, new_buffer(size_of(logits)));
    for (int s = logits; s >= 0; --s) {
      if (behind_[s] && gradient_[s] >= 0) go_back(s);
    }
    std::vector<int> outputs{logits};
    for (const int tap : taps_) {
      require(gradient_[tap] >= 0, ErrorKind::Internal,
              fmt::format("[infer] the value of '{}' has no part in the network's answer",
                          graph_.nodes[result_.plan.steps[tap].value].name));
      outputs.insert(outputs.end(), {tap, gradient_[tap]});
    }
    result_.plan.outputs = std::move(outputs);
    place_gradients();
    return std::move(result_);
  }

 private:
  const Step& step(int s) const { return result_.plan.steps[s]; }
  std::size_t size_of(int s) const { return step(s).size; }
  bool is_tap(int s) const { return std::ranges::count(taps_, s) > 0; }

  void mark_steps_behind_taps() {
    behind_.assign(forward_, 0);
    for (const int tap : taps_) behind_[tap] = 1;
    for (int s = 0; s < forward_; ++s) {
      const auto behind = [&](int input) { return input >= 0 && behind_[input]; };
      if (std::ranges::any_of(step(s).inputs, behind) || behind(step(s).residual)) behind_[s] = 1;
    }
  }

  int new_buffer(std::size_t size) {
    const int now = static_cast<int>(result_.backward.size());
    lifetimes_.push_back({size, now, now});
    return static_cast<int>(lifetimes_.size()) - 1;
  }

  /// A step of the way back that reads the steps `inputs` and writes into `buffer`.
  int append(BackwardStep work, std::vector<int> inputs, int buffer) {
    const int now = static_cast<int>(result_.backward.size());
    for (const int input : inputs) {
      if (input >= forward_) lifetimes_[buffer_[input - forward_]].last = now;
    }
    lifetimes_[buffer].last = now;
    Step made{.node = work.of < 0 ? graph_.output : step(work.of).node, .value = -1};
    made.inputs = std::move(inputs);
    made.size = lifetimes_[buffer].size;
    result_.plan.steps.push_back(std::move(made));
    result_.backward.push_back(work);
    buffer_.push_back(buffer);
    return forward_ + now;
  }

  /// Adds the gradient that step `from` of the way back holds to that of step `to`.
  void pass_on(int from, int to) {
    if (gradient_[to] < 0) {
      gradient_[to] = append({Work::Copy}, {from}, new_buffer(size_of(to)));
    } else {
      gradient_[to] = append({Work::Add}, {from}, buffer_[gradient_[to] - forward_]);
    }
  }

  void go_back(int s) {
    const Step forward = step(s);
    int gradient = gradient_[s];
    const auto behind = [&](int input) { return input >= 0 && behind_[input]; };
    if (!behind(forward.residual) && std::ranges::none_of(forward.inputs, behind)) return;
    if (forward.activation) {
      // A tap's own gradient is an answer and stays.
      if (is_tap(s)) gradient = append({Work::Copy}, {gradient}, new_buffer(forward.size));
      gradient = append({Work::Activation, s}, {gradient, s}, buffer_[gradient - forward_]);
    }
    if (behind(forward.residual)) pass_on(gradient, forward.residual);
    for (int slot = 0; slot < static_cast<int>(forward.inputs.size()); ++slot) {
      const int input = forward.inputs[slot];
      if (!behind_[input]) continue;
      if (std::holds_alternative<AddOp>(graph_.nodes[forward.node].op)) {
        pass_on(gradient, input);
        continue;
      }
      std::vector<int> reads{gradient};
      if (const int value = needed_value(s, slot); value >= 0) reads.push_back(value);
      const int made = append({Work::Operation, s, slot}, std::move(reads), new_buffer(size_of(input)));
      if (gradient_[input] < 0) {
        gradient_[input] = made;
      } else {
        pass_on(made, input);
      }
    }
  }

  /// The step whose value the derivative of step s by its input `slot` needs, or -1.
  int needed_value(int s, int slot) const {
    const Op& op = graph_.nodes[step(s).node].op;
    const std::vector<int>& inputs = step(s).inputs;
    if (const auto* activation = std::get_if<ActivationOp>(&op)) {
      return told_by_result(*activation) ? s : inputs[0];
    }
    if (std::holds_alternative<LayerNormOp>(op) || std::holds_alternative<MaxPoolOp>(op)) return inputs[0];
    return std::holds_alternative<MulOp>(op) ? inputs[1 - slot] : -1;
  }

  /// Behind the values of the way forward, sharing memory among themselves.
  void place_gradients() {
    const int end = static_cast<int>(result_.backward.size());
    for (const int tap : taps_) lifetimes_[buffer_[gradient_[tap] - forward_]].last = end;
    const Arena arena = place(lifetimes_, kAlignment);
    for (int i = 0; i < end; ++i) {
      result_.plan.steps[forward_ + i].offset = result_.plan.workspace_size + arena.offsets[buffer_[i]];
    }
    result_.plan.workspace_size += arena.size;
  }

  const Graph& graph_;
  GradientPlan result_;
  int forward_ = 0;                  // steps of the way forward
  std::vector<int> taps_;            // steps
  std::vector<char> behind_;         // by step: whether its value depends on a tap's
  std::vector<int> gradient_;        // by step: the last step of the way back that wrote its gradient, or -1
  std::vector<int> buffer_;          // by step of the way back
  std::vector<Lifetime> lifetimes_;  // by buffer
};

}  // namespace

bool told_by_result(const ActivationOp& op) {
  switch (op.kind) {
    case Activation::Relu:
    case Activation::Relu6:
    case Activation::HardSigmoid:
    case Activation::Sigmoid:
      return true;
    case Activation::LeakyRelu:  // without a slope zero comes out of all that is negative, as of a ReLU
      return op.slope >= 0;
    case Activation::Gelu:
    case Activation::Silu:
    case Activation::HardSwish:
      return false;
  }
  return false;
}

GradientPlan make_gradient_plan(const Graph& graph, std::span<const NodeId> taps) {
  for (const NodeId tap : taps) {
    require(tap >= 0 && tap < static_cast<NodeId>(graph.nodes.size()), ErrorKind::Internal,
            fmt::format("[infer] node {} asked for; the network has {}", tap, graph.nodes.size()));
  }
  return GradientPlanner(graph, taps).plan();
}

}  // namespace giemsa
