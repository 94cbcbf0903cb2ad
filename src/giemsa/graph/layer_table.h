#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "giemsa/graph/graph.h"

namespace giemsa {

/// One layer as a person reads it.
struct LayerRow {
  int index;
  std::string name, type;
  Shape shape;                 ///< of the output
  std::int64_t params;         ///< running statistics included, as Keras counts
  std::int64_t multiply_adds;  ///< for one picture; convolutions and dense layers only
  std::vector<NodeId> nodes;   ///< of the graph, those whose parameters it holds
};

struct LayerTable {
  std::vector<LayerRow> rows;
  std::int64_t params = 0;
  std::int64_t trainable = 0;  ///< params without running statistics
  std::int64_t multiply_adds = 0;
};

/// Networks in the Keras flavour: Keras' own enumeration, then the layers of a head that Keras has no names
/// for. Others: every node of the graph in execution order.
LayerTable layer_table(const Graph& graph);

}  // namespace giemsa
