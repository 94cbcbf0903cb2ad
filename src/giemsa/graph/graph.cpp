#include "giemsa/graph/graph.h"

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <numeric>

namespace giemsa {

std::string to_string(const Shape& shape) {
  if (shape.is_vector()) return fmt::format("{}", shape.channels);
  return fmt::format("{}×{}×{}", shape.channels, shape.height, shape.width);
}

Padding same_padding(const Shape& input, Extent kernel, Extent stride) {
  const auto total = [](std::int64_t n, int k, int s) {
    const std::int64_t positions = (n + s - 1) / s;
    return static_cast<int>(std::max<std::int64_t>((positions - 1) * s + k - n, 0));
  };
  const int vertical = total(input.height, kernel.height, stride.height);
  const int horizontal = total(input.width, kernel.width, stride.width);
  return {vertical / 2, horizontal / 2, vertical - vertical / 2, horizontal - horizontal / 2};
}

namespace {

const char* activation_name(Activation kind) {
  switch (kind) {
    case Activation::Relu:
      return "Relu";
    case Activation::Relu6:
      return "Relu6";
    case Activation::LeakyRelu:
      return "LeakyRelu";
    case Activation::Gelu:
      return "Gelu";
    case Activation::Silu:
      return "Silu";
    case Activation::HardSwish:
      return "HardSwish";
    case Activation::HardSigmoid:
      return "HardSigmoid";
    case Activation::Sigmoid:
      return "Sigmoid";
  }
  return "Activation";
}

}  // namespace

std::string_view op_name(const Op& op) {
  return std::visit(Overloaded{
                        [](const InputOp&) { return "Input"; },
                        [](const ConvOp& conv) { return is_depthwise(conv) ? "DepthwiseConv" : "Conv"; },
                        [](const LinearOp&) { return "Linear"; },
                        [](const BatchNormOp&) { return "BatchNorm"; },
                        [](const LayerNormOp&) { return "LayerNorm"; },
                        [](const LayerScaleOp&) { return "LayerScale"; },
                        [](const ActivationOp& activation) { return activation_name(activation.kind); },
                        [](const MaxPoolOp&) { return "MaxPool"; },
                        [](const AvgPoolOp&) { return "AvgPool"; },
                        [](const AdaptiveAvgPoolOp&) { return "AdaptiveAvgPool"; },
                        [](const GlobalAvgPoolOp&) { return "GlobalAvgPool"; },
                        [](const AddOp&) { return "Add"; },
                        [](const MulOp&) { return "Mul"; },
                        [](const ConcatOp&) { return "Concat"; },
                        [](const FlattenOp&) { return "Flatten"; },
                        [](const RescaleOp&) { return "Rescale"; },
                        [](const NormalizationOp&) { return "Normalization"; },
                        [](const DropoutOp&) { return "Dropout"; },
                        [](const DropPathOp&) { return "DropPath"; },
                    },
                    op);
}

std::string_view keras_type(const Op& op) {
  return std::visit(Overloaded{
                        [](const InputOp&) { return "InputLayer"; },
                        [](const ConvOp& conv) { return is_depthwise(conv) ? "DepthwiseConv2D" : "Conv2D"; },
                        [](const LinearOp&) { return "Dense"; },
                        [](const BatchNormOp&) { return "BatchNormalization"; },
                        [](const LayerNormOp&) { return "LayerNormalization"; },
                        [](const LayerScaleOp&) { return "LayerScale"; },
                        [](const ActivationOp&) { return "Activation"; },
                        [](const MaxPoolOp&) { return "MaxPooling2D"; },
                        [](const AvgPoolOp&) { return "AveragePooling2D"; },
                        [](const AdaptiveAvgPoolOp&) { return "AdaptiveAveragePooling2D"; },
                        [](const GlobalAvgPoolOp&) { return "GlobalAveragePooling2D"; },
                        [](const AddOp&) { return "Add"; },
                        [](const MulOp&) { return "Multiply"; },
                        [](const ConcatOp&) { return "Concatenate"; },
                        [](const FlattenOp&) { return "Flatten"; },
                        [](const RescaleOp&) { return "Rescaling"; },
                        [](const NormalizationOp&) { return "Normalization"; },
                        [](const DropoutOp&) { return "Dropout"; },
                        [](const DropPathOp&) { return "Dropout"; },
                    },
                    op);
}

std::int64_t Param::size() const {
  return std::accumulate(shape.begin(), shape.end(), std::int64_t{1}, std::multiplies<>());
}

bool Graph::in_head(std::string_view name) const {
  return name.starts_with(head_scope) && (name.size() == head_scope.size() || name[head_scope.size()] == '.');
}

}  // namespace giemsa
