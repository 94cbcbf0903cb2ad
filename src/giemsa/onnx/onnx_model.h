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
enum class OnnxType { Float = 1, UInt8 = 2, Int8 = 3, Int32 = 6, Int64 = 7 };

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
  std::variant<std::function<HostTensor()>, std::vector<std::int64_t>, std::vector<std::int32_t>,
               std::vector<std::int8_t>, std::vector<std::uint8_t>>
      values;
};

/// An input or output of the whole; its first dimension is the number of pictures, N.
struct OnnxValue {
  std::string name;
  OnnxType type;
  std::vector<std::int64_t> shape;  ///< behind N
};

/// Opset 10 is the last whose Clip has its bounds as attributes, as OpenCV 4.6 needs them; all readers know
/// it. Opset 13 is the first that turns integers into floats with a scale for each channel.
inline constexpr int kOnnxOpset = 10, kOnnxIntegerOpset = 13;

struct OnnxModel {
  int opset = kOnnxOpset;
  std::string name, description;
  std::vector<OnnxValue> inputs, outputs;
  std::vector<OnnxNode> nodes;
  std::vector<OnnxConstant> constants;
  std::vector<std::pair<std::string, std::string>> metadata;
};

}  // namespace giemsa
