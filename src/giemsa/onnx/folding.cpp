#include "giemsa/onnx/folding.h"

#include <algorithm>

#include "giemsa/infer/fold.h"

namespace giemsa {
namespace {

/// The earlier node whose value this one passes on as it is in prediction, or -1.
NodeId passes_on(const Node& node) {
  const bool only_training =
      std::holds_alternative<DropoutOp>(node.op) || std::holds_alternative<DropPathOp>(node.op);
  return only_training ? node.inputs[0] : -1;
}

}  // namespace

Folding::Folding(const Graph& graph, const std::vector<NodeId>& outputs)
    : needed(graph.nodes.size()), into(graph.nodes.size(), -1), scales(graph.nodes.size()) {
  // readers[n]: nodes that need n's value; what passes it on stands for its own readers.
  std::vector<int> readers(graph.nodes.size());
  for (const NodeId output : outputs) ++readers[output];
  for (NodeId id = std::ranges::max(outputs); id >= 0; --id) {
    if (readers[id] == 0) continue;
    needed[id] = true;
    const NodeId same = passes_on(graph.nodes[id]);
    if (same >= 0) {
      readers[same] += readers[id];
    } else {
      for (const NodeId input : graph.nodes[id].inputs) ++readers[input];
    }
  }

  // layer[n]: the convolution or dense layer whose value n is, as far as more can be multiplied into it.
  std::vector<NodeId> layer(graph.nodes.size(), -1);
  for (NodeId id = 0; id < static_cast<NodeId>(graph.nodes.size()); ++id) {
    if (!needed[id]) continue;
    const Node& node = graph.nodes[id];
    const bool weighted =
        std::holds_alternative<ConvOp>(node.op) || std::holds_alternative<LinearOp>(node.op);
    const bool scaling =
        std::holds_alternative<BatchNormOp>(node.op) || std::holds_alternative<LayerScaleOp>(node.op);
    if (weighted) {
      layer[id] = id;
    } else if (const NodeId same = passes_on(node); same >= 0) {
      layer[id] = layer[same];
    } else if (scaling && layer[node.inputs[0]] >= 0 && readers[node.inputs[0]] == 1) {
      into[id] = layer[id] = layer[node.inputs[0]];
      scales[layer[id]].push_back(id);
    }
  }
}

HostTensor ScaledLayer::scaled() const {
  if (factor.empty()) return weight;
  return HostTensor::make(weight.shape, [&](std::span<float> out) {
    const auto in = weight.values();
    const std::size_t row = in.size() / factor.size();
    for (std::size_t o = 0; o < factor.size(); ++o) {
      for (std::size_t i = o * row; i < (o + 1) * row; ++i) out[i] = in[i] * factor[o];
    }
  });
}

ScaledLayer scaled_layer(const Graph& graph, const Node& node, const std::vector<NodeId>& scales,
                         const StateDict& weights) {
  param_values(graph, node, 0, weights);  // checks that it is there, in its shape
  ScaledLayer layer{weights.at(graph.params[node.params[0]].name), {}, {}};
  const auto outputs = static_cast<std::size_t>(node.shape.channels);
  if (node.params.size() > 1) {
    const auto bias = param_values(graph, node, 1, weights);
    layer.bias.assign(bias.begin(), bias.end());
  }
  for (const NodeId id : scales) {
    const ChannelScale by = channel_scale(graph, graph.nodes[id], weights);
    layer.factor.resize(outputs, 1.f);
    layer.bias.resize(outputs, 0.f);
    for (std::size_t o = 0; o < outputs; ++o) {
      layer.factor[o] *= by.scale[o];
      layer.bias[o] = layer.bias[o] * by.scale[o] + by.shift[o];
    }
  }
  return layer;
}

}  // namespace giemsa
