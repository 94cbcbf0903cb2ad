#pragma once
#include <functional>
#include <span>
#include <string_view>

#include "giemsa/graph/builder.h"
#include "giemsa/models/options.h"

namespace giemsa {

/// The kinds of head that HeadOptions::kind may name.
std::span<const std::string_view> head_kinds();

/// Puts the head that the options ask for behind the features and finishes the graph. own: writes the
/// network's own head, features [C, H, W] → logits [K]; own_scope: the name below which its parameters stand
/// in published files. The other heads stand below "head":
///   linear   global average pooling, dropout, dense
///   axon     report AXON: pooling, batch norm, squeeze-and-excitation (Hu et al. 2018, arXiv 1709.01507),
///            pooling, two blocks of dense, batch norm, leaky ReLU, dropout; dense. The report gives no
///            sizes: ours are options
///   dl_bois  report DL Bois: pooling, dense (256, ReLU), dropout, dense; L2 penalty on both kernels
/// Throws Usage for another kind.
Graph finish_with_head(GraphBuilder& g, Value features, const ModelOptions& options,
                       std::string_view own_scope, const std::function<Value(Value features)>& own);

}  // namespace giemsa
