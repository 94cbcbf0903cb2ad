#pragma once
#include <cstddef>
#include <span>
#include <vector>

#include "giemsa/stats/feature_matrix.h"

namespace giemsa {

struct Neighbour {
  std::size_t row = 0;
  double distance = 0;  ///< 1 - cosine: 0 for the same direction, 2 for the opposite one
};

/// The k rows (all, where there are fewer) whose features point most nearly as the query's, the nearest
/// first, of equals the lower row. Rows that hold a number that is not finite are passed over; those of
/// length 0 are at distance 1. set: [N, D], query: [D]. O(N · D). Throws Internal for a query of another
/// size.
std::vector<Neighbour> nearest(const FeatureMatrix& set, std::span<const float> query, std::size_t k);

}  // namespace giemsa
