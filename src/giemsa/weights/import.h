#pragma once
#include <string>
#include <vector>

#include "giemsa/weights/weight_file.h"

namespace giemsa {

/// What became of a weight file: which tensor went where, what was left over, what is missing.
struct ImportReport {
  struct Mapping {
    std::string param, tensor;  ///< the network's name and the file's
    std::vector<std::int64_t> shape;
    bool transposed;  ///< from Keras' layout
  };
  std::string layout;  ///< how the file names its tensors: Naming::scheme
  bool keras = false;  ///< values turned from Keras' layout
  std::vector<Mapping> mapped;
  std::vector<std::string> left_over;  ///< tensors of the file that the network has no place for
  std::vector<std::string>
      missing;  ///< parameters that the file does not give, or in another shape (said so)

  /// A table for people: one line per layer, then what is left over and missing.
  std::string text() const;
};

/// What import_weights would do, without touching a value. Throws Model alike.
ImportReport match_weights(const Graph& graph, const WeightFile& file, const std::string& file_name);

/// The weights for `graph` out of a file: the naming of its tensors is found out (weights/naming.h), Keras'
/// layouts are turned (convolutions HWIO, depthwise HWC1, dense IO). The head may differ or lack; its
/// parameters then get fresh values of `seed`. Throws Model, with the table, when anything else differs.
struct Import {
  StateDict weights;
  ImportReport report;
};
Import import_weights(const Graph& graph, const WeightFile& file, std::uint64_t seed,
                      const std::string& file_name);

}  // namespace giemsa
