#pragma once
#include <cstddef>
#include <optional>
#include <span>
#include <vector>

#include "giemsa/graph/graph.h"
#include "giemsa/graph/quantization.h"
#include "giemsa/infer/storage.h"

namespace giemsa {

/// One piece of work: a node of the graph and those after it that it does along the way.
struct Step {
  NodeId node;                      ///< the operation itself
  std::vector<NodeId> scales = {};  ///< batch norms and layer scales folded into its weights, in order
  std::optional<ActivationOp> activation = {};
  std::vector<int> inputs = {};  ///< steps whose values it reads
  int residual = -1;       ///< step whose value it is added to, in that value's place, before `activation`
  NodeId value;            ///< the node whose value it holds in the end
  std::size_t offset = 0;  ///< of its value in the workspace, in floats
  std::size_t size = 0;    ///< of its value, in floats; of integers four take the place of one
  Storage storage = {};    ///< of its value
  /// Where it multiplies integers: how it reads its input, whose value it turns into these first where that
  /// is kept as floats.
  std::optional<Storage> int8 = {};
};

/// A network as a list of steps, for one picture. Step 0 is the picture itself.
struct Plan {
  std::vector<Step> steps;
  std::vector<int> outputs;        ///< the steps whose values are asked for, in the order asked
  std::size_t workspace_size = 0;  ///< floats that the values of all steps share
  /// The first step of those at the end whose maps are so small that weights are most of what they move:
  /// these gain from several pictures at once. The others would only push each other's maps out of the
  /// caches.
  int first_grouped = 0;
};

/// Plans the computation of the nodes `outputs`: leaves out what they do not need and what only training
/// does, fuses batch norm, layer scale, addition and activation into the layer before them wherever that
/// layer has no other reader, and lets values that are not needed at the same time share memory.
/// quantization: which layers multiply integers, and how values are kept between them.
Plan make_plan(const Graph& graph, std::span<const NodeId> outputs,
               const Quantization* quantization = nullptr);

}  // namespace giemsa
