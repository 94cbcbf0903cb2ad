#pragma once
#include "giemsa/infer/plan.h"

namespace giemsa {

/// Decides which steps of a plan multiply integers (Step::int8) and which values are kept as integers
/// (Step::storage, Step::size): those that an integer layer makes, that were measured, that are not asked for
/// and whose readers all take them. A sum has the storage of its residual, in whose place it lies.
void assign_storage(const Graph& graph, const Quantization& quantization, Plan& plan);

}  // namespace giemsa
