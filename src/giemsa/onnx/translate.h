#pragma once
#include "giemsa/graph/graph.h"
#include "giemsa/graph/quantization.h"
#include "giemsa/onnx/emitter.h"
#include "giemsa/weights/state_dict.h"

namespace giemsa {

/// The values of a translated network.
struct TranslatedNetwork {
  std::string logits;    ///< [N, K]
  std::string features;  ///< [N, D]: the backbone's last map, averaged over positions; "" unless asked for
};

/// Writes a network down in ONNX' operations, for prediction: what only training does is left out, batch
/// norms and layer scales are multiplied into the layer before them. images: the value [N, C, H, W],
/// normalised, that it reads. quantization: which layers multiply 8-bit integers; nothing: none. The
/// emitter's opset is kOnnxIntegerOpset then. The constants keep the weights alive. Throws Model when the
/// weights do not fit.
TranslatedNetwork translate(const Graph& graph, const StateDict& weights, const std::string& images,
                            bool features, Emitter& emitter, const Quantization* quantization = nullptr);

}  // namespace giemsa
