#include "giemsa/onnx/write_onnx.h"

#include <fmt/format.h>

#include <bit>
#include <numeric>

#include "giemsa/core/error.h"
#include "giemsa/core/file.h"
#include "giemsa/core/version.h"
#include "giemsa/graph/ops.h"
#include "giemsa/onnx/proto_message.h"

namespace giemsa {
namespace {

static_assert(std::endian::native == std::endian::little, "ONNX' raw data are little-endian");

// Numbers of fields, by message.
namespace model_field {
constexpr int kIrVersion = 1, kProducer = 2, kProducerVersion = 3, kDescription = 6, kGraph = 7, kOpset = 8,
              kMetadata = 14;
}
namespace opset_field {
constexpr int kDomain = 1, kVersion = 2;
}
namespace entry_field {
constexpr int kKey = 1, kValue = 2;
}
namespace graph_field {
constexpr int kNode = 1, kName = 2, kConstant = 5, kInput = 11, kOutput = 12;
}
namespace node_field {
constexpr int kInput = 1, kOutput = 2, kName = 3, kOp = 4, kAttribute = 5;
}
namespace attribute_field {
constexpr int kName = 1, kReal = 2, kInteger = 3, kIntegers = 8, kType = 20;
}
namespace attribute_type {
constexpr int kReal = 1, kInteger = 2, kIntegers = 7;
}
namespace tensor_field {
constexpr int kShape = 1, kType = 2, kName = 8, kRaw = 9;
}
namespace value_field {
constexpr int kName = 1, kType = 2;
}
namespace type_field {
constexpr int kTensor = 1, kElement = 1, kShape = 2, kDimension = 1, kSize = 1, kSymbol = 2;
}

ProtoMessage encode(const OnnxNode& node) {
  ProtoMessage message;
  for (const std::string& input : node.inputs) message.text(node_field::kInput, input);
  message.text(node_field::kOutput, node.output);
  message.text(node_field::kName, node.name);
  message.text(node_field::kOp, node.op);
  for (const auto& [name, value] : node.attributes) {
    ProtoMessage attribute;
    attribute.text(attribute_field::kName, name);
    const int type = std::visit(Overloaded{
                                    [&](std::int64_t integer) {
                                      attribute.integer(attribute_field::kInteger, integer);
                                      return attribute_type::kInteger;
                                    },
                                    [&](float real) {
                                      attribute.real(attribute_field::kReal, real);
                                      return attribute_type::kReal;
                                    },
                                    [&](const std::vector<std::int64_t>& integers) {
                                      attribute.integers(attribute_field::kIntegers, integers);
                                      return attribute_type::kIntegers;
                                    },
                                },
                                value);
    attribute.integer(attribute_field::kType, type);
    message.message(node_field::kAttribute, attribute);
  }
  return message;
}

ProtoMessage encode(const OnnxValue& value) {
  ProtoMessage symbol, shape, tensor, type, message;
  symbol.text(type_field::kSymbol, "N");
  shape.message(type_field::kDimension, symbol);
  for (const std::int64_t size : value.shape) {
    ProtoMessage dimension;
    dimension.integer(type_field::kSize, size);
    shape.message(type_field::kDimension, dimension);
  }
  tensor.integer(type_field::kElement, static_cast<int>(value.type));
  tensor.message(type_field::kShape, shape);
  type.message(type_field::kTensor, tensor);
  message.text(value_field::kName, value.name);
  message.message(value_field::kType, type);
  return message;
}

struct ElementType {
  OnnxType type;
  std::size_t bytes;
};

ElementType element_type(const OnnxConstant& constant) {
  return std::visit(Overloaded{
                        [](const std::function<HostTensor()>&) {
                          return ElementType{OnnxType::Float, sizeof(float)};
                        },
                        [](const std::vector<std::int64_t>&) {
                          return ElementType{OnnxType::Int64, 8};
                        },
                        [](const std::vector<std::int32_t>&) {
                          return ElementType{OnnxType::Int32, 4};
                        },
                        [](const std::vector<std::int8_t>&) {
                          return ElementType{OnnxType::Int8, 1};
                        },
                        [](const std::vector<std::uint8_t>&) {
                          return ElementType{OnnxType::UInt8, 1};
                        },
                    },
                    constant.values);
}

std::uint64_t content_bytes(const OnnxConstant& constant) {
  return std::accumulate(constant.shape.begin(), constant.shape.end(),
                         std::uint64_t{element_type(constant).bytes}, std::multiplies<>());
}

/// All of a constant but its content, as a field of the graph.
std::string encode_head(const OnnxConstant& constant) {
  ProtoMessage tensor;
  tensor.integers(tensor_field::kShape, constant.shape);
  tensor.integer(tensor_field::kType, static_cast<int>(element_type(constant).type));
  tensor.text(tensor_field::kName, constant.name);
  tensor.open(tensor_field::kRaw, content_bytes(constant));
  ProtoMessage field;
  field.open(graph_field::kConstant, tensor.bytes().size() + content_bytes(constant));
  return field.bytes() + tensor.bytes();
}

template <class T>
std::span<const std::uint8_t> bytes_of(std::span<const T> values) {
  return {reinterpret_cast<const std::uint8_t*>(values.data()), values.size_bytes()};
}

void write_content(AtomicFile& file, const OnnxConstant& constant) {
  const auto write = [&](std::span<const std::uint8_t> bytes) {
    require(bytes.size() == content_bytes(constant), ErrorKind::Internal,
            fmt::format("[export] constant '{}' has {} bytes; its shape {} says {}", constant.name,
                        bytes.size(), shape_text(constant.shape), content_bytes(constant)));
    file.write(bytes);
  };
  std::visit(Overloaded{
                 [&](const std::function<HostTensor()>& make) {
                   const HostTensor tensor = make();
                   write(bytes_of(tensor.values()));
                 },
                 [&](const auto& integers) { write(bytes_of(std::span(integers))); },
             },
             constant.values);
}

/// The version of the file's own structure in the release of ONNX that the opset came with.
int ir_version(int opset) { return opset >= kOnnxIntegerOpset ? 7 : 5; }

ProtoMessage encode_model_fields(const OnnxModel& model) {
  ProtoMessage message, opset;
  message.integer(model_field::kIrVersion, ir_version(model.opset));
  message.text(model_field::kProducer, "giemsa");
  message.text(model_field::kProducerVersion, version());
  message.text(model_field::kDescription, model.description);
  opset.text(opset_field::kDomain, "");
  opset.integer(opset_field::kVersion, model.opset);
  message.message(model_field::kOpset, opset);
  for (const auto& [key, value] : model.metadata) {
    ProtoMessage entry;
    entry.text(entry_field::kKey, key);
    entry.text(entry_field::kValue, value);
    message.message(model_field::kMetadata, entry);
  }
  return message;
}

ProtoMessage encode_graph_fields(const OnnxModel& model) {
  ProtoMessage message;
  for (const OnnxNode& node : model.nodes) message.message(graph_field::kNode, encode(node));
  message.text(graph_field::kName, model.name);
  for (const OnnxValue& value : model.inputs) message.message(graph_field::kInput, encode(value));
  for (const OnnxValue& value : model.outputs) message.message(graph_field::kOutput, encode(value));
  return message;
}

}  // namespace

std::uint64_t write_onnx(const std::filesystem::path& path, const OnnxModel& model) {
  ProtoMessage beginning = encode_model_fields(model);
  const ProtoMessage graph = encode_graph_fields(model);
  std::uint64_t graph_bytes = graph.bytes().size();
  for (const OnnxConstant& constant : model.constants) {
    graph_bytes += encode_head(constant).size() + content_bytes(constant);
  }
  beginning.open(model_field::kGraph, graph_bytes);
  const std::uint64_t size = beginning.bytes().size() + graph_bytes;
  require(
      size <= kMostOnnxBytes, ErrorKind::Model,
      fmt::format("[export] {} would take {:.2f} GB as ONNX; a file holds at most {:.2f} GB", path.string(),
                  static_cast<double>(size) / 1e9, static_cast<double>(kMostOnnxBytes) / 1e9),
      "a smaller network, head or input");

  AtomicFile file(path);
  file.write(beginning.bytes());
  file.write(graph.bytes());
  for (const OnnxConstant& constant : model.constants) {
    file.write(encode_head(constant));
    write_content(file, constant);
  }
  file.commit();
  return size;
}

}  // namespace giemsa
