#pragma once
#include <cstdint>
#include <string_view>
#include <variant>

#include "giemsa/graph/shape.h"

namespace giemsa {

// The operations that a network is made of. Each executor implements each of them; std::visit without a
// default makes the compiler point at the ones that an executor lacks.
// Letters: N pictures, C channels, H × W positions.

struct InputOp {};

/// weight: [O, C / groups, kh, kw], bias: [O]. Zero padding.
struct ConvOp {
  std::int64_t out_channels;
  Extent kernel, stride;
  Padding padding;
  std::int64_t groups;
  bool bias;
};

/// Dense layer over the channels at every position. weight: [O, C], bias: [O].
struct LinearOp {
  std::int64_t out_features;
  bool bias;
};

/// Per channel over N, H, W. weight, bias, running_mean, running_var: [C].
struct BatchNormOp {
  float epsilon;
  float momentum;  ///< share of the new batch in the running statistics (PyTorch's convention)
};

/// Over the channels at every position. weight, bias: [C].
struct LayerNormOp {
  float epsilon;
};

/// Multiplies each channel by a learned factor. gamma: [C].
struct LayerScaleOp {};

enum class Activation { Relu, Relu6, Gelu /* exact, by erf */ };
struct ActivationOp {
  Activation kind;
};

/// Padding counts as minus infinity.
struct MaxPoolOp {
  Extent kernel, stride;
  Padding padding;
};

/// Mean over H × W: [C, H, W] → [C, 1, 1].
struct GlobalAvgPoolOp {};

/// Element by element; two inputs of one shape.
struct AddOp {};

/// [C, H, W] → [C · H · W, 1, 1], channel the slowest (PyTorch's order).
struct FlattenOp {};

/// Training only: zeroes elements with the given rate and scales the rest by 1 / (1 - rate).
struct DropoutOp {
  float rate;
};

/// Training only: zeroes whole pictures of a residual branch (stochastic depth, arXiv 1603.09382), scaled
/// alike.
struct DropPathOp {
  float rate;
};

using Op = std::variant<InputOp, ConvOp, LinearOp, BatchNormOp, LayerNormOp, LayerScaleOp, ActivationOp,
                        MaxPoolOp, GlobalAvgPoolOp, AddOp, FlattenOp, DropoutOp, DropPathOp>;

/// "Conv", "BatchNorm", "Relu6", …: the word that the layer table shows.
std::string_view op_name(const Op& op);

/// Joins lambdas into one visitor for std::visit.
template <class... Ts>
struct Overloaded : Ts... {
  using Ts::operator()...;
};
template <class... Ts>
Overloaded(Ts...) -> Overloaded<Ts...>;

}  // namespace giemsa
