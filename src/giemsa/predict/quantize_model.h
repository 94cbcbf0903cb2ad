#pragma once
#include <functional>
#include <span>
#include <string>
#include <vector>

#include "giemsa/core/progress.h"
#include "giemsa/predict/for_each_picture.h"
#include "giemsa/run/model_file.h"

namespace giemsa {

struct QuantizeOptions {
  /// Share of the pictures whose answer must stay what it was. Layers are kept in floats, the most sensitive
  /// first, until it is reached.
  double agreement = 0.995;
};

/// What 8-bit integers do to one layer: how far the logits move when it alone multiplies them.
struct LayerError {
  std::string layer;
  double error = 0;   ///< ‖logits − those in floats‖ / ‖those in floats‖, over all pictures
  bool kept = false;  ///< stays in floats
};

struct QuantizedModel {
  Quantization quantization;
  std::vector<LayerError> layers;  ///< in the order of the network; its last layer is always kept
  double agreement = 1;            ///< of all layers that are not kept, on the pictures that were measured
  double error = 0;                ///< of the logits, as LayerError::error
};

/// Post-training quantisation of a model's network: measures how large its values get on the pictures, and
/// how sensitive each layer is. Pictures that cannot be read are left out. Throws Usage for an ensemble, Data
/// where no picture can be read.
QuantizedModel quantize_model(const Model& model, const PictureList& pictures, const QuantizeOptions& options,
                              int threads, const ProgressCallback& progress);

}  // namespace giemsa
