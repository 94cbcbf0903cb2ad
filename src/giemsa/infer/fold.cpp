#include "giemsa/infer/fold.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include "giemsa/core/error.h"

namespace giemsa {

std::span<const float> param_values(const Graph& graph, const Node& node, std::size_t index,
                                    const StateDict& weights) {
  const Param& param = graph.params[node.params[index]];
  const auto found = weights.find(param.name);
  require(found != weights.end(), ErrorKind::Model, fmt::format("[infer] the weights lack '{}'", param.name),
          "weights of the same network");
  require(found->second.shape == param.shape, ErrorKind::Model,
          fmt::format("[infer] '{}' is {}; the network needs {}", param.name, shape_text(found->second.shape),
                      shape_text(param.shape)),
          "weights of the same network");
  return found->second.values();
}

ChannelScale channel_scale(const Graph& graph, const Node& node, const StateDict& weights) {
  const auto values = [&](std::size_t index) { return param_values(graph, node, index, weights); };
  const auto channels = static_cast<std::size_t>(node.shape.channels);
  ChannelScale result{std::vector<float>(channels, 1.f), std::vector<float>(channels, 0.f)};
  const auto set = [&](std::size_t c, double scale, double shift) {
    result.scale[c] = static_cast<float>(scale);
    result.shift[c] = static_cast<float>(shift);
  };
  if (const auto* norm = std::get_if<BatchNormOp>(&node.op)) {
    const std::size_t after_weight = norm->scales ? 1 : 0;
    const auto weight = norm->scales ? values(0) : std::span<const float>();
    const auto bias = values(after_weight), mean = values(after_weight + 1),
               variance = values(after_weight + 2);
    for (std::size_t c = 0; c < channels; ++c) {
      const double scale = (norm->scales ? weight[c] : 1.f) / std::sqrt(double{variance[c]} + norm->epsilon);
      set(c, scale, bias[c] - mean[c] * scale);
    }
  } else if (const auto* rescale = std::get_if<RescaleOp>(&node.op)) {
    for (std::size_t c = 0; c < channels; ++c) set(c, rescale->scale[c], rescale->shift[c]);
  } else if (std::holds_alternative<NormalizationOp>(node.op)) {
    const auto mean = values(0), variance = values(1);
    for (std::size_t c = 0; c < channels; ++c) {
      const double scale = 1 / std::max(std::sqrt(double{variance[c]}), kNormalizationFloor);
      set(c, scale, -mean[c] * scale);
    }
  } else {
    const auto gamma = values(0);
    result.scale.assign(gamma.begin(), gamma.end());
  }
  return result;
}

ChannelScale scale_behind_weight(const Graph& graph, const Node& node, std::span<const NodeId> scales,
                                 const StateDict& weights) {
  const auto outputs = static_cast<std::size_t>(node.shape.channels);
  ChannelScale result{std::vector<float>(outputs, 1.f), std::vector<float>(outputs, 0.f)};
  if (node.params.size() > 1) {
    const auto bias = param_values(graph, node, 1, weights);
    result.shift.assign(bias.begin(), bias.end());
  }
  for (const NodeId id : scales) {
    const ChannelScale by = channel_scale(graph, graph.nodes[id], weights);
    for (std::size_t o = 0; o < outputs; ++o) {
      result.scale[o] *= by.scale[o];
      result.shift[o] = result.shift[o] * by.scale[o] + by.shift[o];
    }
  }
  return result;
}

void scale_rows(std::span<const float> weight, std::span<const float> scale, std::span<float> out) {
  const std::size_t row = weight.size() / scale.size();
  for (std::size_t o = 0; o < scale.size(); ++o) {
    for (std::size_t i = o * row; i < (o + 1) * row; ++i) out[i] = weight[i] * scale[o];
  }
}

FoldedWeights fold_weights(const Graph& graph, const Step& step, const StateDict& weights) {
  const Node& node = graph.nodes[step.node];
  FoldedWeights folded{param_values(graph, node, 0, weights), {}, {}};
  ChannelScale behind = scale_behind_weight(graph, node, step.scales, weights);
  folded.bias = std::move(behind.shift);
  if (step.scales.empty()) return folded;
  folded.scaled.resize(folded.original.size());
  scale_rows(folded.original, behind.scale, folded.scaled);
  return folded;
}

}  // namespace giemsa
