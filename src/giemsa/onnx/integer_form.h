#pragma once
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "giemsa/graph/graph.h"
#include "giemsa/graph/quantization.h"

namespace giemsa {

/// Values as unsigned bytes: value = (byte - zero) · scale. ONNX Runtime multiplies integers only where a
/// layer reads and makes values of one type, and fastest where that type is unsigned.
struct ByteCode {
  float scale;
  std::uint8_t zero;

  bool operator==(const ByteCode&) const = default;
};

/// How an exported network is to compute in integers.
struct IntegerForm {
  /// [nodes]: of a convolution or dense layer that multiplies integers, how it reads its input.
  std::vector<std::optional<ByteCode>> reads;
  /// [nodes]: values that are turned into bytes and back behind this node.
  std::vector<std::optional<ByteCode>> rounds;
};

/// The native executor's own plan (infer/plan.h) in ONNX' terms: the layers that multiply integers there do
/// so here, and values that are kept as integers there are rounded alike. ONNX knows no convolution of
/// integers whose result is not rounded at once, so a convolution's result is rounded and cut off here in
/// three more places, by ranges that the measured ones imply: before a residual is added to it, before an
/// activation other than a ReLU, and where the executor hands it on in floats. outputs: the nodes whose
/// values are wanted; they are not rounded.
IntegerForm integer_form(const Graph& graph, const Quantization& quantization,
                         std::span<const NodeId> outputs);

}  // namespace giemsa
