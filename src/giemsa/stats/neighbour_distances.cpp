#include "giemsa/stats/neighbour_distances.h"

#include <Eigen/Core>
#include <algorithm>
#include <cmath>
#include <limits>

#include "giemsa/core/error.h"

namespace giemsa {
namespace {

using FloatMatrix = Eigen::Matrix<float, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

constexpr std::size_t kMostCompared = 4096;
constexpr std::size_t kAsked = 256;  ///< of the others, for what is usual
constexpr std::size_t kNeighbour = 5;
constexpr std::size_t kBlockRows = 64;

/// Every n-th, at most `most`.
std::vector<std::size_t> evenly(std::span<const std::size_t> numbers, std::size_t most) {
  const std::size_t count = std::min(numbers.size(), most);
  std::vector<std::size_t> chosen;
  for (std::size_t i = 0; i < count; ++i) chosen.push_back(numbers[i * numbers.size() / count]);
  return chosen;
}

FloatMatrix gathered(std::span<const float> rows, std::size_t columns, std::span<const std::size_t> numbers) {
  FloatMatrix out(static_cast<Eigen::Index>(numbers.size()), static_cast<Eigen::Index>(columns));
  for (std::size_t i = 0; i < numbers.size(); ++i) {
    for (std::size_t d = 0; d < columns; ++d) {
      out(static_cast<Eigen::Index>(i), static_cast<Eigen::Index>(d)) = rows[numbers[i] * columns + d];
    }
  }
  return out;
}

/// Distances of `queries` to their kNeighbour-th nearest of `others`, which does not count itself.
std::vector<double> neighbour_distances(std::span<const float> rows, std::size_t columns,
                                        std::span<const std::size_t> queries,
                                        std::span<const std::size_t> others, const FloatMatrix& to) {
  const Eigen::RowVectorXf to_squares = to.rowwise().squaredNorm().transpose();
  std::vector<double> distances;
  for (std::size_t first = 0; first < queries.size(); first += kBlockRows) {
    const auto block = queries.subspan(first, std::min(kBlockRows, queries.size() - first));
    const FloatMatrix from = gathered(rows, columns, block);
    FloatMatrix squares = -2 * from * to.transpose();
    squares.rowwise() += to_squares;
    squares.colwise() += from.rowwise().squaredNorm();
    for (std::size_t i = 0; i < block.size(); ++i) {
      float* row = squares.row(static_cast<Eigen::Index>(i)).data();
      const auto self = std::ranges::lower_bound(others, block[i]);
      if (self != others.end() && *self == block[i])
        row[self - others.begin()] = std::numeric_limits<float>::infinity();
      std::nth_element(row, row + kNeighbour - 1, row + others.size());
      distances.push_back(std::sqrt(static_cast<double>(std::max(row[kNeighbour - 1], 0.f))));
    }
  }
  return distances;
}

}  // namespace

NeighbourDistances neighbour_distances(std::span<const float> rows, std::size_t columns,
                                       std::span<const std::size_t> queries,
                                       std::span<const std::size_t> others) {
  require(others.size() > kNeighbour && std::ranges::is_sorted(others), ErrorKind::Internal,
          "[inspect] company is looked for among more than five records, in ascending order");
  const std::vector<std::size_t> compared = evenly(others, kMostCompared);
  const FloatMatrix to = gathered(rows, columns, compared);
  return {.distances = neighbour_distances(rows, columns, queries, compared, to),
          .usual = bulk_of(neighbour_distances(rows, columns, evenly(compared, kAsked), compared, to))};
}

}  // namespace giemsa
