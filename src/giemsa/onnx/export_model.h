#pragma once
#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "giemsa/onnx/onnx_model.h"
#include "giemsa/run/model_file.h"

namespace giemsa {

struct ExportOptions {
  /// Takes pixels as they are, "pixels": [N, S, S, 3] RGB bytes, in place of normalised "images": [N, 3, S,
  /// S].
  bool preprocessing = false;
  /// Multiplies 8-bit integers where the model does, by QuantizeLinear and DequantizeLinear; without it a
  /// quantised model is written in floats.
  bool int8 = false;
  /// Gives the backbone's last map, averaged over positions, too: "features": [N, D].
  bool features = false;
};

/// A model as ONNX: outputs "logits" [N, K] and, where it was calibrated, "probabilities" [N, K], the softmax
/// of the calibrated logits. The metadata name classes, network, preprocessing and viewing. The constants
/// keep the model's weights alive. Throws Usage for an ensemble, or for integers of a model that has none;
/// Model when the weights do not fit.
OnnxModel onnx_of(const Model& model, const ExportOptions& options);

/// What giemsa does with a picture, or with an answer, and the exported network does not: one line each.
std::vector<std::string> left_outside(const Model& model, const ExportOptions& options);

}  // namespace giemsa
