#include "giemsa/onnx/integer_ops.h"

#include <algorithm>
#include <cmath>

#include "giemsa/infer/integer_weights.h"

namespace giemsa {
namespace {

constexpr float kLargestWeight = 127;
/// A bias as an integer is at most so large, so that sums of products have room beside it.
constexpr float kLargestBias = 1 << 30;

/// Widens the steps of channels whose weights are next to nothing beside their bias, which would not fit into
/// 32 bits otherwise; of channels without any weight, too, whose step may be any. The integers of these
/// channels are not the native executor's, those of all others are.
void make_room(IntegerWeights& integers, std::span<const float> weight, std::span<const float> bias,
               float input_step) {
  const std::size_t row = weight.size() / integers.scale.size();
  for (std::size_t o = 0; o < bias.size(); ++o) {
    const auto values = weight.subspan(o * row, row);
    const float least = std::abs(bias[o]) / (input_step * kLargestBias);
    const bool empty = std::ranges::all_of(values, [](float w) { return w == 0; });
    if (least == 0 || (integers.scale[o] >= least && !empty)) continue;
    integers.scale[o] = least;
    for (std::size_t i = 0; i < row; ++i)
      integers.values[o * row + i] = static_cast<std::int8_t>(std::lround(values[i] / least));
  }
}

}  // namespace

std::string emit_rounded(Emitter& e, const std::string& name, const std::string& x, ByteCode code) {
  const std::string scale = e.scalar(code.scale), zero = e.byte_scalar(code.zero);
  return e.node("DequantizeLinear", name, {e.node("QuantizeLinear", name, {x, scale, zero}), scale, zero});
}

std::vector<std::string> emit_integer_weights(Emitter& e, const std::string& name, const ScaledLayer& layer,
                                              ByteCode reads) {
  const HostTensor weight = layer.scaled();
  const auto outputs = static_cast<std::size_t>(weight.shape.front());
  IntegerWeights integers = integer_weights(weight.values(), outputs, kLargestWeight);
  make_room(integers, weight.values(), layer.bias, reads.scale);
  const auto count = static_cast<std::int64_t>(outputs);
  const auto as_floats = [&](const std::string& what, const std::string& value, std::vector<float> scale,
                             const std::vector<std::string>& zero) {
    std::vector<std::string> inputs = {value, e.floats(what + ".scale", {count}, std::move(scale))};
    inputs.insert(inputs.end(), zero.begin(), zero.end());
    return e.node("DequantizeLinear", what, std::move(inputs), {{"axis", std::int64_t{0}}});
  };

  const std::string zero = e.bytes(name + ".weight.zero", {count}, std::vector<std::int8_t>(outputs));
  const std::string bytes = e.bytes(name + ".weight", weight.shape, std::move(integers.values));
  std::vector<std::string> inputs = {as_floats(name + ".weight", bytes, integers.scale, {zero})};
  if (layer.bias.empty()) return inputs;
  std::vector<float> steps = integers.scale;
  std::vector<std::int32_t> biases;
  for (std::size_t o = 0; o < outputs; ++o) {
    steps[o] *= reads.scale;
    biases.push_back(static_cast<std::int32_t>(std::lround(layer.bias[o] / steps[o])));
  }
  const std::string bias = e.integers(name + ".bias", std::move(biases));
  inputs.push_back(as_floats(name + ".bias", bias, std::move(steps), {}));
  return inputs;
}

}  // namespace giemsa
