#include "giemsa/onnx/layouts.h"

#include <numeric>
#include <utility>

namespace giemsa {

Layouts::Layouts(const Graph& graph, Emitter& emitter)
    : graph_(graph), emitter_(emitter), places_(graph.nodes.size()), same_as_(graph.nodes.size()) {
  std::iota(same_as_.begin(), same_as_.end(), 0);
}

void Layouts::set(NodeId node, Layout layout, std::string value) {
  same_as_[node] = node;
  places_[node] = {layout, {}};
  places_[node].values[static_cast<std::size_t>(layout)] = std::move(value);
}

const std::string& Layouts::value(NodeId node, Layout layout) {
  const NodeId id = same_as_[node];
  Place& place = places_[id];
  std::string& value = place.values[static_cast<std::size_t>(layout)];
  if (value.empty()) {
    const std::string& own = place.values[static_cast<std::size_t>(place.own)];
    value = layout == Layout::Rows ? to_rows(graph_.nodes[id], own) : to_map(graph_.nodes[id], own);
  }
  return value;
}

std::string Layouts::to_rows(const Node& node, const std::string& map) {
  const std::string name = node.name + "/rows";
  if (node.shape.is_vector()) return emitter_.flatten(name, map);
  return emitter_.reshape(name, emitter_.transpose(name, map, {0, 2, 3, 1}), {node.shape.channels});
}

std::string Layouts::to_map(const Node& node, const std::string& rows) {
  const std::string name = node.name + "/map";
  const auto [channels, height, width] = node.shape;
  if (node.shape.is_vector()) return emitter_.reshape(name, rows, {channels, 1, 1});
  return emitter_.transpose(name, emitter_.reshape(name, rows, {height, width, channels}), {0, 3, 1, 2});
}

}  // namespace giemsa
