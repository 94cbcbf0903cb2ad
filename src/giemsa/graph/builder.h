#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "giemsa/graph/graph.h"

namespace giemsa {

/// A value while a graph is being built: the node that makes it, and its shape.
class Value {
 public:
  NodeId node() const { return node_; }
  const Shape& shape() const { return shape_; }
  std::int64_t channels() const { return shape_.channels; }

 private:
  friend class GraphBuilder;
  Value(NodeId node, Shape shape) : node_(node), shape_(shape) {}
  NodeId node_;
  Shape shape_;
};

/// A layer's name within the scope, as in the published state dict, and where it differs its name in Keras.
struct LayerName {
  LayerName(const char* name_) : name(name_) {}
  LayerName(std::string name_, std::string keras_ = {}) : name(std::move(name_)), keras(std::move(keras_)) {}
  std::string name, keras;
};

struct ConvOptions {
  Extent kernel = 1;
  Extent stride = 1;
  std::optional<Padding> padding = {};  ///< default: (k - 1) / 2 on every side
  std::int64_t groups = 1;
  bool bias = false;
  std::optional<Init> init = {};  ///< default: He normal over the fan-out (torchvision)
};

struct LinearOptions {
  bool bias = true;
  Init init = {Init::Kind::Normal, 0.01f};
};

struct BatchNormOptions {
  float epsilon = 1e-5f;
  float momentum = 0.1f;
};

struct LayerNormOptions {
  float epsilon = 1e-6f;
};

struct MaxPoolOptions {
  Extent kernel = 2;
  Extent stride = 2;
  Padding padding = {};
};

/// Writes a Graph down, layer by layer, and infers every shape on the way. Throws Model, naming the layer,
/// when an input is too small or shapes do not meet.
///
///     GraphBuilder g({3, 96, 96});
///     Value x = g.conv("conv", g.input(), 16, {.kernel = 3, .stride = 2});
///     x = g.activation("act", x, Activation::Relu);
///     Graph graph = g.finish(x, g.linear("fc", g.global_avg_pool("pool", x), 8), "fc");
class GraphBuilder {
 public:
  explicit GraphBuilder(Shape input);

  /// While it lives, the names of new layers begin with its own and a dot.
  class Scope {
   public:
    ~Scope();
    Scope(const Scope&) = delete;
    Scope& operator=(const Scope&) = delete;

   private:
    friend class GraphBuilder;
    Scope(GraphBuilder& builder, std::string_view name);
    GraphBuilder& builder_;
    std::size_t length_;
  };
  [[nodiscard]] Scope scope(std::string_view name);
  [[nodiscard]] Scope scope(int index);

  Value input() const { return {0, graph_.nodes.front().shape}; }
  Value conv(const LayerName& name, Value x, std::int64_t out_channels, const ConvOptions& options);
  Value linear(const LayerName& name, Value x, std::int64_t out_features, const LinearOptions& options = {});
  Value batch_norm(const LayerName& name, Value x, const BatchNormOptions& options = {});
  Value layer_norm(const LayerName& name, Value x, const LayerNormOptions& options = {});
  Value layer_scale(const LayerName& name, Value x, float initial);
  Value activation(const LayerName& name, Value x, Activation kind);
  Value max_pool(const LayerName& name, Value x, const MaxPoolOptions& options = {});
  Value global_avg_pool(const LayerName& name, Value x);
  Value add(const LayerName& name, Value a, Value b);
  Value flatten(const LayerName& name, Value x);
  /// No node when the rate is 0.
  Value dropout(const LayerName& name, Value x, double rate);
  Value drop_path(const LayerName& name, Value x, double rate);

  /// The finished graph. features: the backbone's last map; logits: [K]; head_scope: see Graph.
  Graph finish(Value features, Value logits, std::string head_scope);

 private:
  Value append(const LayerName& name, Op op, std::vector<NodeId> inputs, Shape shape);
  void param(Value owner, std::string_view suffix, std::vector<std::int64_t> shape, ParamKind kind,
             Init init);

  Graph graph_;
  std::string prefix_;
};

}  // namespace giemsa
