#pragma once

namespace giemsa {

/// Whose padding, epsilon and scaling a network follows; weights only fit one of them.
enum class Flavour {
  Torchvision,  ///< symmetric padding, batch-norm epsilon 1e-5
  Keras,        ///< TensorFlow's SAME padding, epsilon 1e-3 (unless the family says otherwise)
};

}  // namespace giemsa
