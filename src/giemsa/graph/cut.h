#pragma once
#include <vector>

#include "giemsa/graph/graph.h"

namespace giemsa {

/// The nodes before the output on whose value alone all later nodes depend: no later node reads an earlier
/// one. Ascending; 0, the input, is the first.
std::vector<NodeId> cuts(const Graph& graph);

/// Where a network is best cut in two when the first part stays as it is and its values are kept in place of
/// pictures: the cut with the smallest value among those behind which at least `share` of all parameters lie;
/// of equal ones the first.
NodeId smallest_cut(const Graph& graph, double share);

}  // namespace giemsa
