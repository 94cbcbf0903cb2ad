#include "giemsa/onnx/compound_ops.h"

#include <cmath>
#include <numbers>

namespace giemsa {
namespace {

using Integers = std::vector<std::int64_t>;

/// x / 2 · (1 + erf(x / √2))
std::string gelu(Emitter& e, const std::string& name, const std::string& x) {
  const std::string scaled = e.node("Div", name, {x, e.scalar(std::numbers::sqrt2_v<float>)});
  const std::string raised = e.node("Add", name, {e.node("Erf", name, {scaled}), e.scalar(1)});
  return e.node("Mul", name + "/half", {e.node("Mul", name, {x, raised}), e.scalar(0.5f)});
}

/// x · relu6(x + 3) / 6
std::string hard_swish(Emitter& e, const std::string& name, const std::string& x) {
  const std::string gate = e.node("HardSigmoid", name, {x}, {{"alpha", 1.f / 6}, {"beta", 0.5f}});
  return e.node("Mul", name, {x, gate});
}

/// relu6(x + 3) / 6. Not HardSigmoid, as OpenCV 4.6 takes any product with one for a hard swish.
std::string hard_sigmoid(Emitter& e, const std::string& name, const std::string& x) {
  const std::string raised = e.node("Add", name, {x, e.scalar(3)});
  const std::string clipped = e.clip(name, raised, 0, 6);
  return e.node("Mul", name, {clipped, e.scalar(1.f / 6)});
}

/// Row o has the weights of the n inputs in the mean that is output o of m: [m, n], transposed to [n, m].
std::vector<float> means(std::int64_t n, std::int64_t m) {
  std::vector<float> weights(static_cast<std::size_t>(n * m));
  for (std::int64_t o = 0; o < m; ++o) {
    const std::int64_t begin = o * n / m, end = ((o + 1) * n + m - 1) / m;
    for (std::int64_t i = begin; i < end; ++i) {
      weights[static_cast<std::size_t>(i * m + o)] = 1.f / static_cast<float>(end - begin);
    }
  }
  return weights;
}

}  // namespace

std::string emit_activation(Emitter& e, const std::string& name, const ActivationOp& op,
                            const std::string& x) {
  switch (op.kind) {
    case Activation::Relu:
      return e.node("Relu", name, {x});
    case Activation::Relu6:
      return e.clip(name, x, 0, 6);
    case Activation::LeakyRelu:
      return e.node("LeakyRelu", name, {x}, {{"alpha", op.slope}});
    case Activation::Gelu:
      return gelu(e, name, x);
    case Activation::Silu:
      return e.node("Mul", name, {x, e.node("Sigmoid", name, {x})});
    case Activation::HardSwish:
      return hard_swish(e, name, x);
    case Activation::HardSigmoid:
      return hard_sigmoid(e, name, x);
    case Activation::Sigmoid:
      break;
  }
  return e.node("Sigmoid", name, {x});
}

std::string emit_layer_norm(Emitter& e, const std::string& name, float epsilon, std::int64_t channels,
                            const std::string& x, const std::string& weight, const std::string& bias) {
  const std::string map = e.reshape(name + "/channel", x, {1, channels});
  const std::string one = e.floats(name + "/one", {1}, {1.f}), zero = e.floats(name + "/zero", {1}, {0.f});
  const std::string normal =
      e.flatten(name, e.node("InstanceNormalization", name, {map, one, zero}, {{"epsilon", epsilon}}));
  return e.node("Add", name, {e.node("Mul", name, {normal, weight}), bias});
}

std::string emit_adaptive_avg_pool(Emitter& e, const std::string& name, const Shape& in, const Shape& out,
                                   const std::string& x) {
  if (in == out) return x;
  if (out.is_vector()) return e.node("GlobalAveragePool", name, {x});
  if (in.height % out.height == 0 && in.width % out.width == 0) {
    const Integers window = {in.height / out.height, in.width / out.width};
    return e.node("AveragePool", name, {x}, {{"kernel_shape", window}, {"strides", window}});
  }
  // The parts are of different sizes or overlap: a mean is a product with a matrix, along each side.
  const auto along = [&](const char* side, const std::string& from, std::int64_t n, std::int64_t m) {
    const std::string part = name + "/" + side;
    const std::string mean = e.node("MatMul", part, {from, e.floats(part + "/means", {n, m}, means(n, m))});
    return e.transpose(part, mean, {0, 1, 3, 2});
  };
  return along("height", along("width", x, in.width, out.width), in.height, out.height);
}

}  // namespace giemsa
