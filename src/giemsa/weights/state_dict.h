#pragma once
#include <cstdint>
#include <string>

#include "giemsa/formats/host_tensor.h"
#include "giemsa/graph/graph.h"

namespace giemsa {

/// Fresh values for a parameter, from its own stream keyed by (seed, name).
HostTensor initial_values(const Param& param, std::uint64_t seed);
/// The same for every parameter.
StateDict initialise(const Graph& graph, std::uint64_t seed);

/// Throws Model, naming the first few, unless `weights` holds every parameter of the graph in its shape and
/// nothing else.
void check_complete(const Graph& graph, const StateDict& weights, const std::string& source);

}  // namespace giemsa
