#include "giemsa/graph/layer_table.h"

#include "giemsa/graph/keras_layers.h"

namespace giemsa {

namespace {

/// Every weight of a convolution or dense layer is used once per output position.
std::int64_t multiply_adds(const Graph& graph, const Node& node) {
  if (!std::holds_alternative<ConvOp>(node.op) && !std::holds_alternative<LinearOp>(node.op)) return 0;
  return graph.params[node.params.front()].size() * node.shape.height * node.shape.width;
}

class Writer {
 public:
  explicit Writer(const Graph& graph) : graph_(graph) {}

  void row(std::string name, std::string type, const Shape& shape, std::vector<NodeId> nodes) {
    LayerRow row{static_cast<int>(table_.rows.size()),
                 std::move(name),
                 std::move(type),
                 shape,
                 0,
                 0,
                 std::move(nodes)};
    for (const NodeId id : row.nodes) count(graph_.nodes[id], row);
    table_.params += row.params;
    table_.multiply_adds += row.multiply_adds;
    table_.rows.push_back(std::move(row));
  }

  LayerTable finish() { return std::move(table_); }

 private:
  void count(const Node& node, LayerRow& row) {
    row.multiply_adds += multiply_adds(graph_, node);
    for (const int p : node.params) {
      const Param& param = graph_.params[p];
      row.params += param.size();
      if (!is_statistic(param.kind)) table_.trainable += param.size();
    }
    // Keras' Normalization also counts the pictures that it was fitted on.
    if (std::holds_alternative<NormalizationOp>(node.op)) ++row.params;
  }

  const Graph& graph_;
  LayerTable table_;
};

}  // namespace

LayerTable layer_table(const Graph& graph) {
  Writer writer(graph);
  const std::vector<KerasLayer> keras = keras_layers(graph);
  for (const KerasLayer& layer : keras) writer.row(layer.name, layer.type, layer.shape, layer.nodes);
  for (std::size_t id = 0; id < graph.nodes.size(); ++id) {
    const Node& node = graph.nodes[id];
    const bool listed = !node.keras_layers.empty() || !node.keras_name.empty();
    const bool in_backbone = static_cast<NodeId>(id) <= graph.features;
    if (!keras.empty() && (listed || in_backbone)) continue;
    writer.row(node.name, std::string(op_name(node.op)), node.shape, {static_cast<NodeId>(id)});
  }
  return writer.finish();
}

}  // namespace giemsa
