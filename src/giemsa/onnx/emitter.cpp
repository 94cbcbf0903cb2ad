#include "giemsa/onnx/emitter.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "giemsa/core/error.h"

namespace giemsa {

const std::string& Emitter::claim(const std::string& name) {
  require(names_.insert(name).second, ErrorKind::Internal,
          fmt::format("[export] two values are named '{}'", name));
  return name;
}

std::string Emitter::node(const std::string& op, const std::string& name, std::vector<std::string> inputs,
                          OnnxAttributes attributes) {
  const std::string full = claim(fmt::format("{}/{}", name, op));
  model_.nodes.push_back({op, full, std::move(inputs), full, std::move(attributes)});
  return full;
}

std::string Emitter::clip(const std::string& name, const std::string& x, float lowest, float highest) {
  if (model_.opset < 11) return node("Clip", name, {x}, {{"min", lowest}, {"max", highest}});
  return node("Clip", name, {x, scalar(lowest), scalar(highest)});
}

std::string Emitter::pad(const std::string& name, const std::string& x, std::vector<std::int64_t> pads) {
  if (model_.opset < 11) return node("Pad", name, {x}, {{"pads", std::move(pads)}});
  return node("Pad", name, {x, integers(name + "/pads", std::move(pads))});
}

std::string Emitter::transpose(const std::string& name, const std::string& x,
                               std::vector<std::int64_t> order) {
  return node("Transpose", name, {x}, {{"perm", std::move(order)}});
}

std::string Emitter::flatten(const std::string& name, const std::string& x) {
  return node("Flatten", name, {x}, {{"axis", std::int64_t{1}}});
}

std::string Emitter::reshape(const std::string& name, const std::string& x, std::vector<std::int64_t> shape) {
  shape.insert(shape.begin(), -1);
  return node("Reshape", name, {x, integers(name + "/shape", std::move(shape))});
}

std::string Emitter::scalar(float value) {
  const std::string name = fmt::format("scalar/{}", value);
  return names_.contains(name) ? name : floats(name, {}, {value});
}

std::string Emitter::floats(const std::string& name, std::vector<std::int64_t> shape,
                            std::vector<float> values) {
  const HostTensor tensor =
      HostTensor::make(shape, [&](std::span<float> out) { std::ranges::copy(values, out.begin()); });
  return weights(name, std::move(shape), [tensor] { return tensor; });
}

std::string Emitter::integers(const std::string& name, std::vector<std::int64_t> values) {
  const auto size = static_cast<std::int64_t>(values.size());
  model_.constants.push_back({claim(name), {size}, std::move(values)});
  return name;
}

std::string Emitter::integers(const std::string& name, std::vector<std::int32_t> values) {
  const auto size = static_cast<std::int64_t>(values.size());
  model_.constants.push_back({claim(name), {size}, std::move(values)});
  return name;
}

std::string Emitter::bytes(const std::string& name, std::vector<std::int64_t> shape,
                           std::vector<std::int8_t> values) {
  model_.constants.push_back({claim(name), std::move(shape), std::move(values)});
  return name;
}

std::string Emitter::byte_scalar(std::uint8_t value) {
  const std::string name = fmt::format("byte/{}", value);
  if (!names_.contains(name)) {
    model_.constants.push_back({claim(name), {}, std::vector<std::uint8_t>{value}});
  }
  return name;
}

std::string Emitter::weights(const std::string& name, std::vector<std::int64_t> shape,
                             std::function<HostTensor()> make) {
  model_.constants.push_back({claim(name), std::move(shape), std::move(make)});
  return name;
}

std::string Emitter::input(const std::string& name, OnnxType type, std::vector<std::int64_t> shape) {
  model_.inputs.push_back({claim(name), type, std::move(shape)});
  return name;
}

void Emitter::output(const std::string& name, const std::string& value, std::vector<std::int64_t> shape) {
  // An output is a value of its own name, which later nodes may read as well.
  const bool made_here =
      std::ranges::any_of(model_.nodes, [&](const auto& node) { return node.output == value; });
  const bool taken =
      std::ranges::any_of(model_.outputs, [&](const auto& output) { return output.name == value; });
  claim(name);
  if (made_here && !taken) {
    for (OnnxNode& node : model_.nodes) {
      if (node.output == value) node.output = name;
      std::ranges::replace(node.inputs, value, name);
    }
  } else {
    model_.nodes.push_back({"Identity", name, {value}, name, {}});
  }
  model_.outputs.push_back({name, OnnxType::Float, std::move(shape)});
}

}  // namespace giemsa
