#pragma once
#include <array>
#include <map>
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

/// A layer's name within the scope, as in the published state dict, and its name in Keras, which counts in
/// the Keras flavour only.
struct LayerName {
  LayerName(const char* name_) : name(name_) {}
  LayerName(std::string name_, std::string keras_ = {}) : name(std::move(name_)), keras(std::move(keras_)) {}

  /// Keras' class, where it is not the one that the operation suggests.
  LayerName as(std::string type) &&;
  /// Keras lists it as a part of a later layer (Sequential, SeparableConv2D) and stores its parameters under
  /// `keras`.
  LayerName inside() &&;

  std::string name, keras, keras_type;
  bool keras_inside = false;
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
  float l2 = 0;  ///< Param::l2 of the weight
};

struct BatchNormOptions {
  float epsilon = 1e-5f;
  float momentum = 0.1f;
  bool scales = true;
};

struct LayerNormOptions {
  float epsilon = 1e-6f;
};

struct MaxPoolOptions {
  Extent kernel = 2;
  Extent stride = 2;
  Padding padding = {};
};

struct AvgPoolOptions {
  Extent kernel = 2;
  Extent stride = 2;
  Padding padding = {};
  bool counts_padding = true;
};

/// Writes a Graph down, layer by layer, and infers every shape on the way. Throws Model, naming the layer,
/// when an input is too small or shapes do not meet. In the Keras flavour it keeps Keras' names and list of
/// layers, which begins with the input's; otherwise it passes over them, so that families write both down.
///
///     GraphBuilder g({3, 96, 96});
///     Value x = g.conv("conv", g.input(), 16, {.kernel = 3, .stride = 2});
///     x = g.activation("act", x, Activation::Relu);
///     Graph graph = g.finish(x, g.linear("fc", g.global_avg_pool("pool", x), 8), "fc");
class GraphBuilder {
 public:
  explicit GraphBuilder(Shape input, Flavour flavour = Flavour::Torchvision);

  bool in_keras() const { return graph_.flavour == Flavour::Keras; }

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
  Value leaky_relu(const LayerName& name, Value x, float slope);
  Value max_pool(const LayerName& name, Value x, const MaxPoolOptions& options = {});
  Value avg_pool(const LayerName& name, Value x, const AvgPoolOptions& options = {});
  Value adaptive_avg_pool(const LayerName& name, Value x, std::int64_t height, std::int64_t width);
  Value global_avg_pool(const LayerName& name, Value x);
  Value add(const LayerName& name, Value a, Value b);
  /// gates: as x, or [C, 1, 1].
  Value mul(const LayerName& name, Value x, Value gates);
  Value concat(const LayerName& name, const std::vector<Value>& parts);
  Value flatten(const LayerName& name, Value x);
  Value rescale(const LayerName& name, Value x, const std::array<float, 3>& scale,
                const std::array<float, 3>& shift);
  Value normalization(const LayerName& name, Value x);
  /// No node when the rate is 0; Keras' list then keeps the layer.
  Value dropout(const LayerName& name, Value x, double rate);
  Value drop_path(const LayerName& name, Value x, double rate);

  /// Enters a layer into Keras' list behind the node of `after` that computes nothing of its own: a padding
  /// that the next convolution does, a reshape, an identity, or the Sequential around the layers before it
  /// (named with inside()). Does nothing outside the Keras flavour.
  void keras_layer(Value after, std::string name, std::string type, std::optional<Shape> shape = {});
  /// The same for a ZeroPadding2D of `x`.
  void keras_padding(Value x, std::string name, const Padding& padding);
  /// "re_lu", "re_lu_1", …: the names that Keras gives to layers without one.
  std::string keras_auto_name(const std::string& stem);

  /// The finished graph. features: the backbone's last map; logits: [K]; the scopes: see Graph.
  Graph finish(Value features, Value logits, std::string head_scope, std::string published_head_scope = {});

 private:
  Value append(const LayerName& name, Op op, std::vector<NodeId> inputs, Shape shape);
  Value left_out(const LayerName& name, Value x, const char* type);
  void param(Value owner, std::string_view suffix, std::vector<std::int64_t> shape, ParamKind kind,
             Init init);

  Graph graph_;
  std::string prefix_;
  std::vector<NodeId> inside_;  ///< nodes that wait for their Keras layer
  std::map<std::string, int> auto_names_;
};

}  // namespace giemsa
