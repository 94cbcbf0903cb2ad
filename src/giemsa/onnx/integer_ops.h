#pragma once
#include <string>
#include <vector>

#include "giemsa/onnx/emitter.h"
#include "giemsa/onnx/folding.h"
#include "giemsa/onnx/integer_form.h"

namespace giemsa {

// Computing in integers, said with QuantizeLinear and DequantizeLinear: programs that know integers join
// these with the layers between them (ONNX Runtime: QLinearConv, QGemm, QLinearAdd), all others compute the
// same in floats.

/// x turned into bytes and back.
std::string emit_rounded(Emitter& emitter, const std::string& name, const std::string& x, ByteCode code);

/// Weight, and bias where there is one, of a layer that multiplies integers, for behind its first input:
/// weights of 8 bits with a scale for each output channel, biases of 32 bits in the steps of the products.
/// reads: how the layer reads its input.
std::vector<std::string> emit_integer_weights(Emitter& emitter, const std::string& name,
                                              const ScaledLayer& layer, ByteCode reads);

}  // namespace giemsa
