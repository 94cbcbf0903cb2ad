#pragma once
#include <functional>
#include <set>
#include <string>
#include <vector>

#include "giemsa/onnx/onnx_model.h"

namespace giemsa {

/// Writes down nodes and constants of an ONNX model; hands out the names of the values that they make.
class Emitter {
 public:
  explicit Emitter(int opset = kOnnxOpset) { model_.opset = opset; }

  /// A node named "`name`/`op`", and its value alike.
  std::string node(const std::string& op, const std::string& name, std::vector<std::string> inputs,
                   OnnxAttributes attributes = {});

  // Operations that opsets write differently.
  std::string clip(const std::string& name, const std::string& x, float lowest, float highest);
  /// With zeros. pads: before each dimension, then behind each.
  std::string pad(const std::string& name, const std::string& x, std::vector<std::int64_t> pads);

  // Layouts.
  std::string transpose(const std::string& name, const std::string& x, std::vector<std::int64_t> order);
  /// [N, ...] → [N, everything else].
  std::string flatten(const std::string& name, const std::string& x);
  /// To `shape` behind a first dimension that takes what is left.
  std::string reshape(const std::string& name, const std::string& x, std::vector<std::int64_t> shape);

  /// Constants. The same scalar is written once.
  std::string scalar(float value);
  std::string floats(const std::string& name, std::vector<std::int64_t> shape, std::vector<float> values);
  std::string integers(const std::string& name, std::vector<std::int64_t> values);
  std::string integers(const std::string& name, std::vector<std::int32_t> values);
  std::string bytes(const std::string& name, std::vector<std::int64_t> shape,
                    std::vector<std::int8_t> values);
  std::string byte_scalar(std::uint8_t value);
  std::string weights(const std::string& name, std::vector<std::int64_t> shape,
                      std::function<HostTensor()> make);

  std::string input(const std::string& name, OnnxType type, std::vector<std::int64_t> shape);
  /// Makes `value` an output of the whole, under the name `name`.
  void output(const std::string& name, const std::string& value, std::vector<std::int64_t> shape);

  OnnxModel take() && { return std::move(model_); }

 private:
  /// Throws Internal when the name has been given away.
  const std::string& claim(const std::string& name);

  OnnxModel model_;
  std::set<std::string> names_;
};

}  // namespace giemsa
