#pragma once
#include <array>
#include <span>
#include <string>
#include <string_view>

#include "giemsa/graph/graph.h"
#include "giemsa/models/options.h"

namespace giemsa {

/// What a network's published weights expect of a picture: (RGB in [0, 1] - mean) / std, the channels in the
/// order red, green, blue or the reverse.
struct PixelScale {
  std::array<float, 3> mean, std;  ///< of red, green, blue
  bool bgr = false;
};

/// One network that giemsa knows by name.
struct ModelEntry {
  std::string_view name;         ///< "mobilenet_v2_keras"
  std::string_view description;  ///< one line for the list
  std::string_view paper;        ///< "arXiv 1801.04381"
  PixelScale pixels;
  int min_input_px;  ///< the smallest input at which every layer still sees something
  Graph (*build)(const ModelOptions& options);
};

/// All networks, in the order of the list that people see.
std::span<const ModelEntry> model_registry();

/// Throws Usage, naming the nearest candidate, for an unknown name.
const ModelEntry& find_model(std::string_view name);

/// Checks the options (at least 2 classes, input size, rates in [0, 1)) and builds. Throws Usage.
Graph build_model(std::string_view name, const ModelOptions& options);

}  // namespace giemsa
