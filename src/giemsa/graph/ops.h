#pragma once
#include <array>
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

/// Whether each channel is filtered alone, to one output channel.
constexpr bool is_depthwise(const ConvOp& conv) {
  return conv.groups > 1 && conv.groups == conv.out_channels;
}

/// Dense layer over the channels at every position. weight: [O, C], bias: [O].
struct LinearOp {
  std::int64_t out_features;
  bool bias;
};

/// Per channel over N, H, W. weight (where it scales), bias, running_mean, running_var: [C].
struct BatchNormOp {
  float epsilon;
  float momentum;  ///< share of the new batch in the running statistics (PyTorch's convention)
  bool scales;     ///< Keras' Inception-v3 has no weight
};

/// Over the channels at every position. weight, bias: [C].
struct LayerNormOp {
  float epsilon;
};

/// Multiplies each channel by a learned factor. gamma: [C].
struct LayerScaleOp {};

enum class Activation {
  Relu,
  Relu6,        ///< min(max(x, 0), 6)
  LeakyRelu,    ///< x, or slope · x below 0
  Gelu,         ///< exact, by erf
  Silu,         ///< x · sigmoid(x), also called swish
  HardSwish,    ///< x · relu6(x + 3) / 6
  HardSigmoid,  ///< relu6(x + 3) / 6
  Sigmoid,
};
struct ActivationOp {
  Activation kind;
  float slope = 0;  ///< LeakyRelu only
};

/// Padding counts as minus infinity.
struct MaxPoolOp {
  Extent kernel, stride;
  Padding padding;
};

/// Mean over a window. Padding counts as zeros (PyTorch's default) or not at all (Keras).
struct AvgPoolOp {
  Extent kernel, stride;
  Padding padding;  ///< the same on opposite sides
  bool counts_padding;
};

/// Mean over a grid of nearly equal parts: row i of n spans [floor(i · H / n), ceil((i + 1) · H / n)).
struct AdaptiveAvgPoolOp {
  std::int64_t height, width;
};

/// Mean over H × W: [C, H, W] → [C, 1, 1].
struct GlobalAvgPoolOp {};

/// Element by element; two inputs of one shape.
struct AddOp {};

/// A map by a map of the same shape, or each of its channels by one factor, [C, 1, 1] (the second input).
struct MulOp {};

/// Joins the channels of any number of maps of one size.
struct ConcatOp {};

/// x · scale + shift for each of a picture's three channels: constants of the network, never trained.
struct RescaleOp {
  std::array<float, 3> scale, shift;
};

/// (x - mean) / √variance per channel, Keras' Normalization: fitted before training. mean, variance: [C].
struct NormalizationOp {};
/// The least standard deviation that Normalization divides by (Keras' epsilon).
inline constexpr double kNormalizationFloor = 1e-7;

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
                        MaxPoolOp, AvgPoolOp, AdaptiveAvgPoolOp, GlobalAvgPoolOp, AddOp, MulOp, ConcatOp,
                        FlattenOp, RescaleOp, NormalizationOp, DropoutOp, DropPathOp>;

/// "Conv", "BatchNorm", "Relu6", …: the word that the layer table shows.
std::string_view op_name(const Op& op);
/// "Conv2D", "BatchNormalization", …: the class that Keras has for it.
std::string_view keras_type(const Op& op);

/// Joins lambdas into one visitor for std::visit.
template <class... Ts>
struct Overloaded : Ts... {
  using Ts::operator()...;
};
template <class... Ts>
Overloaded(Ts...) -> Overloaded<Ts...>;

}  // namespace giemsa
