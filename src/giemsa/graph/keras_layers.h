#pragma once
#include <vector>

#include "giemsa/graph/graph.h"

namespace giemsa {

/// The layers of a network in the Keras flavour as Keras enumerates them in `model.layers`; empty for other
/// networks. Layers of the head that Keras has no name for are not in it.
/// Order: decreasing depth (the longest way to the output, operations that are no layers included), and at
/// one depth the order in which a walk from the output along the first inputs meets them
/// (keras.src.ops.function).
std::vector<KerasLayer> keras_layers(const Graph& graph);

}  // namespace giemsa
