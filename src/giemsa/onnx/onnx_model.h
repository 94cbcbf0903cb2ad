#pragma once
#include <cstdint>
#include <functional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "giemsa/formats/host_tensor.h"

namespace giemsa {

// An ONNX model as data, as far as giemsa writes it. Every value has a name; nodes are in execution order.

/// What the elements of a value are, by ONNX' numbers.
enum class OnnxType { Float = 1, UInt8 = 2, Int64 = 7 };

using OnnxAttribute = std::variant<std::int64_t, float, std::vector<std::int64_t>>;
using OnnxAttributes = std::vector<std::pair<std::string, OnnxAttribute>>;

/// One operation: reads values, makes one.
struct OnnxNode {
  std::string op;  ///< ONNX' name, e.g. "Conv"
  std::string name;
  std::vector<std::string> inputs;
  std::string output;
  OnnxAttributes attributes;
};

/// A constant. Floats are made when the file is written, one tensor at a time, so that weights that differ
/// from the model's own (scaled, transposed) are never all in memory.
struct OnnxConstant {
  std::string name;
  std::vector<std::int64_t> shape;
  std::variant<std::function<HostTensor()>, std::vector<std::int64_t>> values;
};

/// An input or output of the whole; its first dimension is the number of pictures, N.
struct OnnxValue {
  std::string name;
  OnnxType type;
  std::vector<std::int64_t> shape;  ///< behind N
};

struct OnnxModel {
  std::string name, description;
  std::vector<OnnxValue> inputs, outputs;
  std::vector<OnnxNode> nodes;
  std::vector<OnnxConstant> constants;
  std::vector<std::pair<std::string, std::string>> metadata;
};

}  // namespace giemsa
