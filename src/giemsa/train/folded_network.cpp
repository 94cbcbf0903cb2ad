#include "giemsa/train/folded_network.h"

namespace giemsa {

namespace {

using torch::Tensor;

/// Rewrites a graph node by node; nodes that are folded stand for the one before them.
class Folder {
 public:
  Folder(const Graph& graph, const TorchParams& params)
      : from_(graph), values_(params), readers_(graph.nodes.size()), now_(graph.nodes.size()) {
    for (const Node& node : graph.nodes) {
      for (const NodeId input : node.inputs) ++readers_[input];
    }
    ++readers_[graph.output];
  }

  void run(Graph& graph, TorchParams& params) {
    const torch::NoGradGuard no_grad;
    for (NodeId id = 0; id <= from_.output; ++id) {
      const Node& node = from_.nodes[id];
      if (folds(node)) {
        fold(node);
        now_[id] = now_[node.inputs[0]];
      } else {
        now_[id] = append(node);
      }
    }
    to_.features = now_[from_.features];
    to_.output = now_[from_.output];
    to_.head_scope = from_.head_scope;
    graph = std::move(to_);
    params = std::move(params_);
  }

 private:
  bool folds(const Node& node) const {
    if (!std::holds_alternative<BatchNormOp>(node.op) && !std::holds_alternative<LayerScaleOp>(node.op))
      return false;
    const Op& before = to_.nodes[now_[node.inputs[0]]].op;
    return readers_[node.inputs[0]] == 1 &&
           (std::holds_alternative<ConvOp>(before) || std::holds_alternative<LinearOp>(before));
  }

  NodeId append(const Node& node) {
    const auto id = static_cast<NodeId>(to_.nodes.size());
    Node copy = node;
    for (NodeId& input : copy.inputs) input = now_[input];
    copy.params.clear();
    to_.nodes.push_back(std::move(copy));
    for (const int p : node.params) add_param(id, from_.params[p], values_[p].detach());
    return id;
  }

  void add_param(NodeId node, Param param, Tensor value) {
    param.node = node;
    to_.nodes[node].params.push_back(static_cast<int>(params_.size()));
    to_.params.push_back(std::move(param));
    params_.push_back(std::move(value));
  }

  /// x · scale + shift behind weight and bias: (weight · scale), (bias · scale + shift).
  void fold(const Node& node) {
    const auto [scale, shift] = scale_of(node);
    const NodeId into = now_[node.inputs[0]];
    const bool has_bias = to_.nodes[into].params.size() > 1;
    Tensor& weight = params_[to_.nodes[into].params[0]];
    std::vector<std::int64_t> rows(weight.dim(), 1);
    rows[0] = -1;
    weight = weight * scale.view(rows);
    if (has_bias) {
      Tensor& bias = params_[to_.nodes[into].params[1]];
      bias = bias * scale + shift;
      return;
    }
    add_param(into, {to_.nodes[into].name + ".bias", {scale.size(0)}, ParamKind::Bias, {}, into}, shift);
    std::visit(
        Overloaded{[](ConvOp& op) { op.bias = true; }, [](LinearOp& op) { op.bias = true; }, [](auto&) {}},
        to_.nodes[into].op);
  }

  std::pair<Tensor, Tensor> scale_of(const Node& node) const {
    const auto value = [&](std::size_t i) { return values_[node.params[i]].detach(); };
    const auto* norm = std::get_if<BatchNormOp>(&node.op);
    if (!norm) return {value(0), torch::zeros_like(value(0))};
    const std::size_t bias = norm->scales ? 1 : 0;
    Tensor scale = (value(bias + 2) + norm->epsilon).rsqrt();
    if (norm->scales) scale = scale * value(0);
    return {scale, value(bias) - value(bias + 1) * scale};
  }

  const Graph& from_;
  const TorchParams& values_;
  std::vector<int> readers_;  // by node of from_
  std::vector<NodeId> now_;   // by node of from_: the node of to_ that has its value
  Graph to_;
  TorchParams params_;
};

}  // namespace

FoldedNetwork::FoldedNetwork(const Graph& graph, const TorchParams& params) {
  Folder(graph, params).run(graph_, params_);
}

Tensor FoldedNetwork::forward(const Tensor& images) const {
  const torch::NoGradGuard no_grad;
  return giemsa::forward(graph_, params_, images, {});
}

}  // namespace giemsa
