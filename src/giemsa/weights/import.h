#pragma once
#include <string>
#include <vector>

#include "giemsa/weights/state_dict.h"

namespace giemsa {

/// What became of a weight file: which tensor went where, what was left over, what is missing.
struct ImportReport {
  struct Mapping {
    std::string param, tensor;  ///< the network's name and the file's
    std::vector<std::int64_t> shape;
    bool transposed;  ///< from Keras' layout
  };
  std::string layout;  ///< "PyTorch" or "Keras"
  std::vector<Mapping> mapped;
  std::vector<std::string> left_over;  ///< tensors of the file that the network has no place for
  std::vector<std::string>
      missing;  ///< parameters that the file does not give, or in another shape (said so)

  /// A table for people: one line per layer, then what is left over and missing.
  std::string text() const;
};

/// The weights for `graph` out of a file's tensors: by their names as they are (PyTorch layout; dense
/// layers also as 1×1 convolutions), or through the Keras layer names of the graph when the file's names look
/// like Keras' ("block_1_expand/kernel"; convolutions HWIO, depthwise HWC1, dense IO). The head may differ or
/// lack; its parameters then keep their values of `fresh`. Throws Model, with the table, when anything else
/// differs.
struct Import {
  StateDict weights;
  ImportReport report;
};
Import import_weights(const Graph& graph, const StateDict& file, const StateDict& fresh,
                      const std::string& file_name);

}  // namespace giemsa
