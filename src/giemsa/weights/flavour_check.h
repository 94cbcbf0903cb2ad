#pragma once
#include <string>

#include "giemsa/weights/naming.h"

namespace giemsa {

/// Why weights must not be used although their names and shapes fit: "was made for …", and what to do
/// instead.
struct Refusal {
  std::string what = {}, hint = {};
  bool empty() const { return what.empty(); }
};

/// Networks of two flavours may have the same names and shapes and still compute otherwise. Looks at what the
/// file says of itself, how it names its tensors, its own name, and what its input is normalised by.
Refusal flavour_fault(const Graph& graph, const WeightFile& file, const Naming& naming,
                      const std::string& file_name);

}  // namespace giemsa
