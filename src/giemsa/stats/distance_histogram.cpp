#include "giemsa/stats/distance_histogram.h"

#include <algorithm>
#include <cmath>

#include "giemsa/core/error.h"

namespace giemsa {

DistanceHistogram distance_histogram(std::span<const float> distances, double threshold, std::size_t bins) {
  require(bins > 0, ErrorKind::Internal, "[inspect] a histogram needs a bin");
  require(std::isfinite(threshold) && threshold > 0, ErrorKind::Internal,
          "[inspect] the threshold of distances must be a positive number");
  DistanceHistogram histogram{.first = 0,
                              .width = 2 * threshold / static_cast<double>(bins),
                              .counts = std::vector<std::size_t>(bins, 0),
                              .threshold = threshold};
  for (const float distance : distances) {
    require(distance >= 0, ErrorKind::Internal, "[inspect] a distance is negative or not a number");
    const double bin = std::floor(static_cast<double>(distance) / histogram.width);
    ++histogram.counts[static_cast<std::size_t>(std::min(bin, static_cast<double>(bins - 1)))];
  }
  return histogram;
}

}  // namespace giemsa
