#pragma once
#include <string>
#include <vector>

#include "giemsa/graph/graph.h"

namespace giemsa {

/// Which nodes a freeze plan leaves as they are: their parameters and running statistics keep their values,
/// and batch norm, dropout and drop path act as in prediction. [nodes]. The head always trains.
///
/// A plan is a list of rules with commas between them, over the rows of layer_table(graph), which in the
/// Keras flavour are Keras' own layers; what any rule freezes is frozen:
///   none              nothing
///   backbone          everything but the head
///   first 150         the first 150 rows
///   before block7     every row before the first whose name begins so (spaces in names do not count)
///   layers block1     every row whose name begins so
///   only conv+dense   every row with parameters but those of these kinds: conv, depthwise, separable,
///                     dense, batchnorm, layernorm, or a type as the table shows it
///   batchnorm         every batch norm
/// Throws Usage, naming the rule, when it cannot be read or names what the network does not have.
std::vector<char> frozen_nodes(const Graph& graph, const std::string& plan);

}  // namespace giemsa
