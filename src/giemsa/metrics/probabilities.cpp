#include "giemsa/metrics/probabilities.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "giemsa/core/error.h"

namespace giemsa {

void check_probabilities(std::span<const float> probabilities, std::span<const int> labels, int classes) {
  require(classes > 0 && probabilities.size() == labels.size() * static_cast<std::size_t>(classes),
          ErrorKind::Internal,
          fmt::format("[metrics] {} probabilities for {} labels of {} classes", probabilities.size(),
                      labels.size(), classes));
  for (const int label : labels) {
    if (label < 0 || label >= classes) {
      throw Error(ErrorKind::Data,
                  fmt::format("[metrics] class number {} is outside 0…{}", label, classes - 1));
    }
  }
  require(std::all_of(probabilities.begin(), probabilities.end(), [](float p) { return std::isfinite(p); }),
          ErrorKind::Data, "[metrics] a probability is not a finite number",
          "the model may have diverged; look at its training loss");
}

}  // namespace giemsa
