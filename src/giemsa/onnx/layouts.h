#pragma once
#include <array>
#include <string>
#include <vector>

#include "giemsa/graph/graph.h"
#include "giemsa/onnx/emitter.h"

namespace giemsa {

/// How the value of a node lies in the ONNX model.
enum class Layout {
  Map,   ///< [N, C, H, W]: convolutions and pools
  Rows,  ///< [N · H · W, C], a row for each position: dense layers and layer norms. A vector is [N, C].
};

/// The values of a graph's nodes by their names in the ONNX model. A node is written down in one layout; the
/// other is made where it is asked for, once.
class Layouts {
 public:
  Layouts(const Graph& graph, Emitter& emitter);

  /// Replaces what the node had.
  void set(NodeId node, Layout layout, std::string value);
  /// `node` passes on the value of `of`.
  void alias(NodeId node, NodeId of) { same_as_[node] = same_as_[of]; }

  /// The layout that it was written down in.
  Layout own(NodeId node) const { return places_[same_as_[node]].own; }
  const std::string& value(NodeId node) { return value(node, own(node)); }
  const std::string& value(NodeId node, Layout layout);

 private:
  struct Place {
    Layout own = Layout::Map;
    std::array<std::string, 2> values;  // by layout; "" where it has not been made
  };
  std::string to_rows(const Node& node, const std::string& map);
  std::string to_map(const Node& node, const std::string& rows);

  const Graph& graph_;
  Emitter& emitter_;
  std::vector<Place> places_;
  std::vector<NodeId> same_as_;
};

}  // namespace giemsa
