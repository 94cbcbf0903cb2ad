#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "giemsa/graph/flavour.h"
#include "giemsa/graph/ops.h"
#include "giemsa/graph/shape.h"

namespace giemsa {

/// What a parameter is, which decides whether it is trained and whether weight decay applies.
enum class ParamKind { Weight, Bias, NormScale, NormShift, RunningMean, RunningVar, LayerScale };

/// Running statistics are state, not trained.
constexpr bool is_statistic(ParamKind kind) {
  return kind == ParamKind::RunningMean || kind == ParamKind::RunningVar;
}
/// Weight decay leaves norms, biases and layer scales alone.
constexpr bool decays(ParamKind kind) { return kind == ParamKind::Weight; }

/// How a parameter starts when no weights are given.
struct Init {
  enum class Kind { Constant, Normal, TruncatedNormal /* cut at ± 2 sd */, Uniform /* ± value */ };
  Kind kind = Kind::Constant;
  float value = 0;  ///< the constant, the standard deviation, or the half width
};

/// A named tensor of a network, without its values.
struct Param {
  std::string name;  ///< as in the published state dict, e.g. "features.0.0.weight"
  std::vector<std::int64_t> shape;
  ParamKind kind;
  Init init;
  int node;      ///< the node that owns it
  float l2 = 0;  ///< training adds l2 · Σ w² to the loss

  std::int64_t size() const;
};

using NodeId = int;

/// A layer as Keras lists it in `model.layers`; paddings, reshapes and the like are layers there.
struct KerasLayer {
  std::string name;
  std::string type;           ///< its class, e.g. "Conv2D"
  Shape shape;                ///< of its output
  std::vector<NodeId> nodes;  ///< whose parameters it holds
};

/// One operation of a network.
struct Node {
  Op op;
  std::string name;            ///< unique, e.g. "features.0.0"
  std::string keras_name;      ///< the layer under which Keras stores its parameters; "" without one
  std::vector<NodeId> inputs;  ///< earlier nodes
  Shape shape;                 ///< of its output
  std::vector<int> params;     ///< numbers into Graph::params, in the order of ops.h
  std::vector<KerasLayer> keras_layers = {};  ///< of Keras' list, those that end with this node, in order
};

/// A network as data: nodes in execution order, each reading earlier ones. Built by GraphBuilder, one plain
/// function per family; read by the executors, the layer table and the exporters.
struct Graph {
  std::string network;  ///< its name in the registry; "" for graphs that were built otherwise
  std::vector<Node> nodes;
  std::vector<Param> params;
  Flavour flavour = Flavour::Torchvision;  ///< Keras: its layers and names stand beside ours
  NodeId features = -1;                    ///< the last node of the backbone: a map [C, H, W], before pooling
  NodeId output = -1;                      ///< logits: [K]
  std::string head_scope;  ///< every parameter below this name belongs to the head, e.g. "classifier"
  std::string published_head_scope;  ///< the same of the head in published files, which may be another

  const Shape& input_shape() const { return nodes.front().shape; }
  const Shape& output_shape() const { return nodes[output].shape; }
  /// Whether a parameter or node of this name belongs to the head.
  bool in_head(std::string_view name) const;
};

}  // namespace giemsa
