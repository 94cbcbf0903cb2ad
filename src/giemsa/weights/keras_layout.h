#pragma once
#include <string>
#include <vector>

#include "giemsa/weights/state_dict.h"

namespace giemsa {

/// The names under which Keras may store a parameter, e.g. {"Conv1/kernel"}; depthwise kernels go by two
/// names, Keras 2's "depthwise_kernel" and Keras 3's "kernel". Empty when the layer has no name in Keras.
std::vector<std::string> keras_names(const Graph& graph, const Param& param);

/// Values in PyTorch's order out of Keras': convolution HWIO → OIHW, depthwise HWCM → (C·M)1HW, dense IO →
/// OI. Tensors of another rank than Keras would store come back as they are (their shape will not match).
/// shape_from_keras: the shape that the values will have.
std::vector<std::int64_t> shape_from_keras(const Graph& graph, const Param& param,
                                           const std::vector<std::int64_t>& stored);
HostTensor from_keras(const Graph& graph, const Param& param, const HostTensor& stored);

/// Whether a Keras tensor name belongs to a classification layer ("predictions/kernel", "Logits/bias").
bool is_keras_head(std::string_view tensor);

}  // namespace giemsa
