#include "giemsa/weights/keras_layout.h"

#include <array>

namespace giemsa {

namespace {

constexpr std::string_view kPredictions = "predictions";
/// Names that classification layers go by in Keras files: its own, and that of the converted TF-slim weights.
constexpr std::array<std::string_view, 2> kHeads{kPredictions, "Logits"};

bool is_depthwise(const Node& node) {
  const auto* conv = std::get_if<ConvOp>(&node.op);
  return conv && conv->groups > 1 && conv->groups == conv->out_channels;
}

std::vector<std::string> suffixes(const Node& node, ParamKind kind) {
  switch (kind) {
    case ParamKind::Weight:
      if (is_depthwise(node)) return {"kernel", "depthwise_kernel"};
      return {"kernel"};
    case ParamKind::Bias:
      return {"bias"};
    case ParamKind::NormScale:
      return {"gamma"};
    case ParamKind::NormShift:
      return {"beta"};
    case ParamKind::RunningMean:
      return {"moving_mean"};
    case ParamKind::RunningVar:
      return {"moving_variance"};
    case ParamKind::LayerScale:
      return {"gamma"};
  }
  return {};
}

/// out[order applied]: dimension i of the result is dimension order[i] of the input.
template <std::size_t Rank>
HostTensor permute(const HostTensor& in, const std::array<int, Rank>& order) {
  std::array<std::int64_t, Rank> stride{}, in_stride{};
  std::int64_t step = 1;
  for (int d = Rank - 1; d >= 0; --d) {
    in_stride[d] = step;
    step *= in.shape[d];
  }
  std::vector<std::int64_t> shape(Rank);
  for (std::size_t d = 0; d < Rank; ++d) {
    shape[d] = in.shape[order[d]];
    stride[d] = in_stride[order[d]];
  }
  return HostTensor::make(shape, [&](std::span<float> out) {
    for (std::size_t i = 0; i < out.size(); ++i) {
      std::int64_t rest = static_cast<std::int64_t>(i), offset = 0;
      for (int d = Rank - 1; d >= 0; --d) {
        offset += rest % shape[d] * stride[d];
        rest /= shape[d];
      }
      out[i] = in.data[offset];
    }
  });
}

}  // namespace

std::vector<std::string> keras_names(const Graph& graph, const Param& param) {
  const Node& node = graph.nodes[param.node];
  if (node.keras_name.empty()) return {};
  std::vector<std::string> names;
  for (const std::string& suffix : suffixes(node, param.kind)) {
    if (node.keras_name == kPredictions) {
      for (const std::string_view head : kHeads) names.push_back(std::string(head) + "/" + suffix);
    } else {
      names.push_back(node.keras_name + "/" + suffix);
    }
  }
  return names;
}

HostTensor from_keras(const Graph& graph, const Param& param, const HostTensor& stored) {
  if (param.kind != ParamKind::Weight) return stored;
  const Node& node = graph.nodes[param.node];
  if (is_depthwise(node) && stored.shape.size() == 4) {
    HostTensor turned = permute<4>(stored, {2, 3, 0, 1});
    turned.shape = {stored.shape[2] * stored.shape[3], 1, stored.shape[0], stored.shape[1]};
    return turned;
  }
  if (std::holds_alternative<ConvOp>(node.op) && stored.shape.size() == 4)
    return permute<4>(stored, {3, 2, 0, 1});
  if (std::holds_alternative<LinearOp>(node.op) && stored.shape.size() == 2)
    return permute<2>(stored, {1, 0});
  return stored;
}

bool is_keras_head(std::string_view tensor) {
  const std::string_view layer = tensor.substr(0, tensor.find('/'));
  for (const std::string_view head : kHeads) {
    if (layer == head) return true;
  }
  return false;
}

}  // namespace giemsa
