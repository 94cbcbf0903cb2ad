#include "giemsa/stats/row_moments.h"

#include <algorithm>
#include <functional>

#include "giemsa/core/error.h"
#include "giemsa/core/vector_clones.h"
#include "giemsa/stats/row_sums.h"

namespace giemsa {
namespace {

/// Records that are multiplied at a time: they stay in the cache.
constexpr std::size_t kBlockRows = 32;

GIEMSA_VECTOR_CLONES void add_products(const double* rows, std::size_t count, std::size_t columns,
                                       double* products) {
  for (std::size_t i = 0; i < columns; ++i)
    add_rows(products + i * columns, rows + i, columns, rows, columns, count, i, columns);
}

template <class T>
RowMoments moments_of(std::span<const T> rows, std::size_t columns) {
  require(columns > 0 && rows.size() % columns == 0, ErrorKind::Internal,
          "[inspect] a covariance needs whole records");
  RowMoments moments{.columns = columns,
                     .count = static_cast<double>(rows.size() / columns),
                     .sums = std::vector<double>(columns),
                     .products = std::vector<double>(columns * columns),
                     .thirds = std::vector<double>(columns)};
  std::vector<double> block;
  for (std::size_t first = 0; first < rows.size(); first += kBlockRows * columns) {
    const auto part = rows.subspan(first, std::min(kBlockRows * columns, rows.size() - first));
    block.assign(part.begin(), part.end());
    const std::size_t count = block.size() / columns;
    add_products(block.data(), count, columns, moments.products.data());
    for (std::size_t r = 0; r < count; ++r) {
      const double* row = &block[r * columns];
      double square = 0;
      for (std::size_t c = 0; c < columns; ++c) square += row[c] * row[c];
      for (std::size_t c = 0; c < columns; ++c) {
        moments.sums[c] += row[c];
        moments.thirds[c] += square * row[c];
      }
      moments.fourths += square * square;
    }
  }
  return moments;
}

template <class Operation>
void combine(RowMoments& to, const RowMoments& other, Operation operation) {
  require(to.columns == other.columns, ErrorKind::Internal, "[inspect] moments of other features");
  to.count = operation(to.count, other.count);
  to.fourths = operation(to.fourths, other.fourths);
  std::ranges::transform(to.sums, other.sums, to.sums.begin(), operation);
  std::ranges::transform(to.products, other.products, to.products.begin(), operation);
  std::ranges::transform(to.thirds, other.thirds, to.thirds.begin(), operation);
}

}  // namespace

RowMoments& RowMoments::operator+=(const RowMoments& other) {
  combine(*this, other, std::plus<>());
  return *this;
}

RowMoments& RowMoments::operator-=(const RowMoments& other) {
  combine(*this, other, std::minus<>());
  return *this;
}

RowMoments row_moments(std::span<const double> rows, std::size_t columns) {
  return moments_of(rows, columns);
}
RowMoments row_moments(std::span<const float> rows, std::size_t columns) { return moments_of(rows, columns); }

}  // namespace giemsa
