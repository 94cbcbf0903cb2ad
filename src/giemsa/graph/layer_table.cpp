#include "giemsa/graph/layer_table.h"

namespace giemsa {

namespace {

/// Every weight of a convolution or dense layer is used once per output position.
std::int64_t multiply_adds(const Graph& graph, const Node& node) {
  if (!std::holds_alternative<ConvOp>(node.op) && !std::holds_alternative<LinearOp>(node.op)) return 0;
  return graph.params[node.params.front()].size() * node.shape.height * node.shape.width;
}

}  // namespace

LayerTable layer_table(const Graph& graph) {
  LayerTable table;
  for (std::size_t i = 0; i < graph.nodes.size(); ++i) {
    const Node& node = graph.nodes[i];
    LayerRow row{static_cast<int>(i), node.name, std::string(op_name(node.op)),
                 node.shape,          0,         multiply_adds(graph, node)};
    for (const int p : node.params) {
      const Param& param = graph.params[p];
      row.params += param.size();
      if (!is_statistic(param.kind)) table.trainable += param.size();
    }
    table.params += row.params;
    table.multiply_adds += row.multiply_adds;
    table.rows.push_back(std::move(row));
  }
  return table;
}

}  // namespace giemsa
