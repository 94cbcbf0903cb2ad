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
  /// A node named "`name`/`op`", and its value alike.
  std::string node(const std::string& op, const std::string& name, std::vector<std::string> inputs,
                   OnnxAttributes attributes = {});

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
