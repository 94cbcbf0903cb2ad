#pragma once
#include <array>
#include <cstddef>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "giemsa/inspect/inspection.h"

namespace giemsa {

/// What the pictures of one class look like, over those that can be read.
struct ClassSummary {
  std::string name;  ///< "" for the pictures without label
  std::size_t pictures = 0, broken = 0;
  std::array<double, 3> mean_rgb{};  ///< mean over the pictures, 0…255
  double luma = 0;                   ///< mean over the pictures, 0…255
  double sharpness = 0;              ///< median
};

/// One for each class, in their order; and one for the pictures without label where there are any.
std::vector<ClassSummary> class_summaries(const Inspection& inspection);

/// Readable pictures by (width, height).
std::map<std::pair<int, int>, std::size_t> picture_sizes(const Inspection& inspection);
/// Readable pictures by format, "array" for the items of arrays.
std::map<std::string, std::size_t> picture_formats(const Inspection& inspection);

}  // namespace giemsa
