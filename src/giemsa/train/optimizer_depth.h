#pragma once
#include <vector>

#include "giemsa/graph/graph.h"

namespace giemsa {

/// How many blocks each parameter is away from the output.  [params]
///
/// The head is block 0; the backbone's last block 1, and so on down to the stem. A backbone's block is named
/// by its nodes: what follows a scope that the whole backbone shares ("features"), with the numbers and the
/// word "blocks" behind it, as in "features.1.0.block.2", "layer1.0.conv2" and "stages.2.blocks.5.norm", but
/// not the numbers that end the node's name, as in "features.0.1". Blocks stand in the order of their first
/// node; one without a kernel, such as a norm alone, belongs to the block before.
std::vector<int> depths_from_output(const Graph& graph);

}  // namespace giemsa
