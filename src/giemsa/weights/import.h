#pragma once
#include <string>
#include <vector>

#include "giemsa/formats/weight_file.h"
#include "giemsa/graph/graph.h"
#include "giemsa/weights/flavour_check.h"

namespace giemsa {

/// What became of a weight file: which tensor went where, what was left over, what is missing.
struct ImportReport {
  struct Mapping {
    std::string param, tensor;  ///< the network's name and the file's
    std::vector<std::int64_t> shape;
    bool transposed;  ///< from Keras' layout
  };
  std::string layout;               ///< how the file names its tensors: Naming::scheme
  bool keras = false;               ///< values turned from Keras' layout
  std::string removed_prefix = {};  ///< WeightFile::removed_prefix
  std::vector<Mapping> mapped;
  std::vector<std::string> left_over;  ///< tensors of the file that the network has no place for
  std::vector<std::string>
      missing;  ///< parameters that the file does not give, or in another shape (said so)

  std::vector<std::string> faults;  ///< what of the last two is not the head's
  Refusal refusal;                  ///< what else speaks against the file

  bool fits() const { return faults.empty() && refusal.empty(); }
  /// A table for people: one line per layer, then what is left over and missing.
  std::string text() const;
};

/// What import_weights would do, without touching a value.
ImportReport match_weights(const Graph& graph, const WeightFile& file, const std::string& file_name);
/// Throws Model, with the table, unless the report fits.
void require_fit(const ImportReport& report, const WeightFile& file, const std::string& file_name);

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
