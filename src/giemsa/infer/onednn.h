#pragma once
#include <optional>
#include <span>

#include "giemsa/graph/ops.h"
#include "giemsa/infer/step.h"
#include "giemsa/infer/storage.h"

/// With onednn*.cpp the only door to oneDNN (github.com/oneapi-src/oneDNN), versions 2.6 and 3. All maps are
/// [H, W, C], one picture at a time unless a step is asked for several; weights are packed once into the
/// layout that oneDNN prefers, so that the caller's may go. Each function compiles one primitive and must be
/// called under OneThread. They throw Internal when oneDNN refuses.
namespace giemsa::onednn {

/// While it lives, this thread's calls of oneDNN compile for and run on one thread. Results then do not
/// depend on how many pictures other threads work on.
class OneThread {
 public:
  OneThread();
  ~OneThread();
  OneThread(const OneThread&) = delete;
  OneThread& operator=(const OneThread&) = delete;

 private:
  int before_;
};

/// What a convolution or dense layer does to its result: output = activation(result + residual).
struct Fusion {
  bool adds_residual = false;  ///< `output` holds the residual beforehand
  std::optional<ActivationOp> activation = {};
};

/// weight: [O, C / groups, kh, kw], bias: [O].
CompiledStep convolution(const Shape& in, const Shape& out, const ConvOp& op, std::span<const float> weight,
                         std::span<const float> bias, const Fusion& fusion);

/// Over the channels at every position. weight: [O, C], bias: [O].
CompiledStep dense(const Shape& in, const Shape& out, std::span<const float> weight,
                   std::span<const float> bias, const Fusion& fusion);

/// How a layer that multiplies integers finds its values and leaves its result.
struct Int8 {
  Storage source;         ///< as it is multiplied
  bool source_is_float;   ///< kept as floats, which become integers first
  Storage residual = {};  ///< of what `output` holds beforehand, where the fusion adds one
  Storage result = {};
};

// The same with weights rounded to 8 bits by one scale for each output channel; sums are exact, in 32 bits.
CompiledStep convolution_int8(const Shape& in, const Shape& out, const ConvOp& op,
                              std::span<const float> weight, std::span<const float> bias,
                              const Fusion& fusion, const Int8& int8);
CompiledStep dense_int8(const Shape& in, const Shape& out, std::span<const float> weight,
                        std::span<const float> bias, const Fusion& fusion, const Int8& int8);

/// Of values in any storage; the result has the same.
CompiledStep max_pool(const Shape& in, const Shape& out, const MaxPoolOp& op, const Storage& storage);

/// weight, bias: [C].
CompiledStep layer_norm(const Shape& shape, const LayerNormOp& op, std::span<const float> weight,
                        std::span<const float> bias);

CompiledStep activation(const Shape& shape, const ActivationOp& op);

CompiledStep avg_pool(const Shape& in, const Shape& out, const AvgPoolOp& op);

// The way back: the gradient of the input from that of the result. in, out: shapes of the operation itself.

/// weight: [O, C / groups, kh, kw].
CompiledStep convolution_backward(const Shape& in, const Shape& out, const ConvOp& op,
                                  std::span<const float> weight);

/// weight: [O, C].
CompiledStep dense_backward(const Shape& in, const Shape& out, std::span<const float> weight);

/// Reads the gradient and then the operation's input. For the kinds that told_by_result() does not name.
CompiledStep activation_backward(const Shape& shape, const ActivationOp& op);

}  // namespace giemsa::onednn
