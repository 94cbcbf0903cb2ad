#pragma once
#include <cstddef>
#include <span>
#include <vector>

namespace giemsa {

/// How many records lie in each of equally wide bins of distance.
struct DistanceHistogram {
  double first = 0, width = 0;      ///< bin i is [first + i·width, first + (i + 1)·width)
  std::vector<std::size_t> counts;  ///< the last bin holds also all that lies beyond
  double threshold = 0;             ///< from where on records count as outliers; in the middle of the bins
};

/// The distribution of Mahalanobis distances as in Figure 1 of the report "DL Bois": `bins` ≥ 1 bins from 0
/// to twice the threshold > 0. Throws Internal for a distance that is negative or not a number.
DistanceHistogram distance_histogram(std::span<const float> distances, double threshold,
                                     std::size_t bins = 60);

}  // namespace giemsa
