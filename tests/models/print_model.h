#pragma once
#include <ostream>

#include "giemsa/models/registry.h"

namespace giemsa {

/// What GoogleTest calls an entry of the registry that a test runs for.
inline void PrintTo(const ModelEntry& model, std::ostream* out) { *out << model.name; }

}  // namespace giemsa
