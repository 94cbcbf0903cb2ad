#pragma once
#include <string>

#include "giemsa/graph/ops.h"
#include "giemsa/onnx/emitter.h"

namespace giemsa {

// Operations that the opset lacks, out of those that it has, in the patterns that ONNX Runtime recognises and
// joins again. x: the value that they read; each gives the value that it makes.

std::string emit_activation(Emitter& emitter, const std::string& name, const ActivationOp& op,
                            const std::string& x);

/// Each row is normalised as a map of one channel, by InstanceNormalization: as fast in ONNX Runtime as the
/// pattern of means and divisions that it joins, which OpenCV 4.6 cannot read. x: [M, C]; weight, bias: [C].
std::string emit_layer_norm(Emitter& emitter, const std::string& name, float epsilon, std::int64_t channels,
                            const std::string& x, const std::string& weight, const std::string& bias);

/// x: [N, C, H, W] of the shape `in`.
std::string emit_adaptive_avg_pool(Emitter& emitter, const std::string& name, const Shape& in,
                                   const Shape& out, const std::string& x);

}  // namespace giemsa
