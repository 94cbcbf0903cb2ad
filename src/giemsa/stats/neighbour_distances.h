#pragma once
#include <cstddef>
#include <span>
#include <vector>

#include "giemsa/stats/robust_bulk.h"

namespace giemsa {

/// How near the nearest neighbours of some records are.
struct NeighbourDistances {
  std::vector<double> distances;  ///< [queries] to the fifth nearest of the others
  DistanceBulk usual;             ///< of the same distance among the others themselves
};

/// rows: [N, D], in coordinates in which plain distances count (Gaussian::whitened). `queries` and `others`
/// are numbers of rows, without a common one; of the others at most 4,096 and at least 6, evenly chosen, are
/// compared, so that many records do not take forever.
NeighbourDistances neighbour_distances(std::span<const float> rows, std::size_t columns,
                                       std::span<const std::size_t> queries,
                                       std::span<const std::size_t> others);

}  // namespace giemsa
