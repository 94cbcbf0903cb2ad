#include "giemsa/weights/keras_layout.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace giemsa {

namespace {

constexpr std::string_view kPredictions = "predictions";
/// Names that classification layers go by in Keras files; the first two are those of MobileNetV2, its own and
/// that of the converted TF-slim weights.
constexpr std::array<std::string_view, 9> kHeads{kPredictions, "Logits", "Conv_2", "conv_preds", "fc1",
                                                 "fc2",        "fc1000", "conv_2", "logits"};

bool is_depthwise_node(const Node& node) {
  const auto* conv = std::get_if<ConvOp>(&node.op);
  return conv && is_depthwise(*conv);
}

/// The second half of a separable convolution looks so.
bool is_pointwise(const Node& node) {
  const auto* conv = std::get_if<ConvOp>(&node.op);
  return conv && conv->kernel == Extent(1) && conv->groups == 1;
}

std::vector<std::string> suffixes(const Node& node, ParamKind kind) {
  switch (kind) {
    case ParamKind::Weight:
      if (is_depthwise_node(node)) return {"kernel", "depthwise_kernel"};
      if (is_pointwise(node)) return {"kernel", "pointwise_kernel"};
      return {"kernel"};
    case ParamKind::Bias:
      return {"bias"};
    case ParamKind::NormScale:
      return {"gamma"};
    case ParamKind::NormShift:
      return {"beta"};
    case ParamKind::RunningMean:
      return {std::holds_alternative<NormalizationOp>(node.op) ? "mean" : "moving_mean"};
    case ParamKind::RunningVar:
      return {std::holds_alternative<NormalizationOp>(node.op) ? "variance" : "moving_variance"};
    case ParamKind::LayerScale:
      return {"gamma"};
  }
  return {};
}

/// Kernels of `positions` places, `inputs` and `outputs` channels: [positions, inputs, outputs] →
/// [outputs, inputs, positions]. In blocks, so that neither side leaves the cache.
HostTensor turn(const HostTensor& in, std::vector<std::int64_t> shape, std::int64_t positions,
                std::int64_t inputs, std::int64_t outputs) {
  constexpr std::int64_t kBlock = 32;
  return HostTensor::make(std::move(shape), [&](std::span<float> out) {
    for (std::int64_t o0 = 0; o0 < outputs; o0 += kBlock) {
      for (std::int64_t i0 = 0; i0 < inputs; i0 += kBlock) {
        for (std::int64_t p = 0; p < positions; ++p) {
          for (std::int64_t i = i0; i < std::min(i0 + kBlock, inputs); ++i) {
            const float* from = in.data.get() + (p * inputs + i) * outputs;
            for (std::int64_t o = o0; o < std::min(o0 + kBlock, outputs); ++o) {
              out[(o * inputs + i) * positions + p] = from[o];
            }
          }
        }
      }
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
      for (const char* head : {"predictions", "Logits"}) names.push_back(fmt::format("{}/{}", head, suffix));
    } else {
      names.push_back(node.keras_name + "/" + suffix);
    }
  }
  return names;
}

std::vector<std::int64_t> shape_from_keras(const Graph& graph, const Param& param,
                                           const std::vector<std::int64_t>& stored) {
  if (param.kind != ParamKind::Weight) return stored;
  const Node& node = graph.nodes[param.node];
  if (std::holds_alternative<LinearOp>(node.op) && stored.size() == 2) return {stored[1], stored[0]};
  if (!std::holds_alternative<ConvOp>(node.op) || stored.size() != 4) return stored;
  // Keras' DepthwiseConv2D stores H × W × C × M; a convolution in as many groups H × W × 1 × C.
  if (is_depthwise_node(node) && stored[2] != 1) return {stored[2] * stored[3], 1, stored[0], stored[1]};
  return {stored[3], stored[2], stored[0], stored[1]};
}

HostTensor from_keras(const Graph& graph, const Param& param, const HostTensor& stored) {
  const std::vector<std::int64_t> shape = shape_from_keras(graph, param, stored.shape);
  if (shape == stored.shape && shape.size() < 2) return stored;
  if (shape.size() == 2) return turn(stored, shape, 1, shape[1], shape[0]);
  if (shape.size() == 4) return turn(stored, shape, shape[2] * shape[3], shape[1], shape[0]);
  return stored;
}

bool is_keras_head(std::string_view tensor) {
  const std::string_view layer = tensor.substr(0, tensor.find('/'));
  return std::ranges::count(kHeads, layer) > 0 || layer.ends_with("_head_dense") ||
         layer.ends_with("_head_layernorm");
}

}  // namespace giemsa
