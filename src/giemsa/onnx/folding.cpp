#include "giemsa/onnx/folding.h"

#include <utility>

#include "giemsa/infer/fold.h"
#include "giemsa/infer/plan.h"

namespace giemsa {

Folding::Folding(const Graph& graph, std::span<const NodeId> outputs)
    : needed(graph.nodes.size()), into(graph.nodes.size(), -1), scales(graph.nodes.size()) {
  for (const NodeId output : outputs) needed[output] = true;
  for (auto id = static_cast<NodeId>(graph.nodes.size()) - 1; id >= 0; --id) {
    if (!needed[id]) continue;
    for (const NodeId input : graph.nodes[id].inputs) needed[input] = true;
  }
  for (Step& step : make_plan(graph, outputs).steps) {
    for (const NodeId scale : step.scales) into[scale] = step.node;
    scales[step.node] = std::move(step.scales);
  }
}

HostTensor ScaledLayer::scaled() const {
  if (factor.empty()) return weight;
  return HostTensor::make(weight.shape,
                          [&](std::span<float> out) { scale_rows(weight.values(), factor, out); });
}

ScaledLayer scaled_layer(const Graph& graph, const Node& node, std::span<const NodeId> scales,
                         const StateDict& weights) {
  param_values(graph, node, 0, weights);  // checks that it is there, in its shape
  ScaledLayer layer{weights.at(graph.params[node.params[0]].name), {}, {}};
  ChannelScale behind = scale_behind_weight(graph, node, scales, weights);
  if (!scales.empty()) layer.factor = std::move(behind.scale);
  if (!scales.empty() || node.params.size() > 1) layer.bias = std::move(behind.shift);
  return layer;
}

}  // namespace giemsa
