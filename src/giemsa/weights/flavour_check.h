#pragma once
#include "giemsa/weights/import.h"

namespace giemsa {

/// Networks of two flavours may have the same names and shapes and still compute otherwise. Throws Model when
/// what the file says of itself, how it names its tensors, or what its input is normalised by, speaks against
/// `network`, which `graph` is.
void check_flavour(const Graph& graph, const std::string& network, const WeightFile& file,
                   const Import& import, const std::string& file_name);

}  // namespace giemsa
