#include "giemsa/stats/mahalanobis.h"

#include <Eigen/Cholesky>
#include <algorithm>
#include <array>
#include <limits>

#include "giemsa/core/error.h"
#include "giemsa/core/vector_clones.h"
#include "giemsa/stats/row_sums.h"

namespace giemsa {
namespace {

using RowMatrix = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

/// Whitened coordinates that are made at a time.
constexpr std::size_t kBlock = 16;

template <class T>
inline void whiten_block(const T* centred, const T* matrix, std::size_t columns, std::size_t step,
                         std::size_t block, std::array<T, kBlock>& out) {
  out.fill(0);
  add_rows(out.data(), centred, 1, matrix + block, step, std::min(block + kBlock, columns), 0, kBlock);
}

/// Sums block by block, and stops beyond `limit`. centred: [columns], the record less the mean.
template <class T>
inline T length_of(const T* centred, const T* matrix, std::size_t columns, std::size_t step, T limit) {
  T length = 0;
  for (std::size_t block = 0; block < step && length <= limit; block += kBlock) {
    std::array<T, kBlock> white;
    whiten_block(centred, matrix, columns, step, block, white);
    for (T& value : white) value *= value;
    for (std::size_t half = kBlock / 2; half > 0; half /= 2) {
      for (std::size_t i = 0; i < half; ++i) white[i] += white[i + half];
    }
    length += white[0];
  }
  return length;
}

GIEMSA_VECTOR_CLONES double squared_length(const double* centred, const double* matrix, std::size_t columns,
                                           std::size_t step, double limit) {
  return length_of(centred, matrix, columns, step, limit);
}

GIEMSA_VECTOR_CLONES float squared_length(const float* centred, const float* matrix, std::size_t columns,
                                          std::size_t step, float limit) {
  return length_of(centred, matrix, columns, step, limit);
}

GIEMSA_VECTOR_CLONES void whiten(const float* centred, const float* matrix, std::size_t columns,
                                 std::size_t step, float* out) {
  for (std::size_t block = 0; block < step; block += kBlock) {
    std::array<float, kBlock> white;
    whiten_block(centred, matrix, columns, step, block, white);
    std::copy_n(white.data(), std::min(kBlock, columns - block), out + block);
  }
}

template <class T>
void centre(const T* row, const std::vector<T>& mean, std::vector<T>& centred) {
  centred.resize(mean.size());
  for (std::size_t c = 0; c < mean.size(); ++c) centred[c] = row[c] - mean[c];
}

}  // namespace

Gaussian::Gaussian(const ShrinkageCovariance& covariance, double floor)
    : columns_(covariance.mean.size()), step_((columns_ + kBlock - 1) / kBlock * kBlock) {
  const auto d = static_cast<Eigen::Index>(columns_);
  RowMatrix values = Eigen::Map<const RowMatrix>(covariance.values.data(), d, d);
  values.diagonal().array() += floor;
  const Eigen::LLT<RowMatrix> cholesky(values);
  require(cholesky.info() == Eigen::Success, ErrorKind::Internal,
          "[inspect] a covariance is not positive definite");
  RowMatrix inverse = RowMatrix::Identity(d, d);
  cholesky.matrixL().solveInPlace(inverse);
  exact_.mean = covariance.mean;
  exact_.matrix.resize(columns_ * step_);
  for (Eigen::Index i = 0; i < d; ++i) {
    for (Eigen::Index j = i; j < d; ++j)
      exact_.matrix[static_cast<std::size_t>(i) * step_ + static_cast<std::size_t>(j)] = inverse(j, i);
  }
  fast_.mean.assign(exact_.mean.begin(), exact_.mean.end());
  fast_.matrix.assign(exact_.matrix.begin(), exact_.matrix.end());
}

std::vector<float> Gaussian::whitened(std::span<const float> rows) const {
  require(rows.size() % columns_ == 0, ErrorKind::Internal,
          "[inspect] distances need records of the Gaussian's size");
  std::vector<float> white(rows.size()), centred;
  for (std::size_t first = 0; first < rows.size(); first += columns_) {
    centre(&rows[first], fast_.mean, centred);
    whiten(centred.data(), fast_.matrix.data(), columns_, step_, &white[first]);
  }
  return white;
}

template <class T>
std::vector<T> Gaussian::distances_of(std::span<const T> rows, const Whitening<T>& whitening) const {
  require(rows.size() % columns_ == 0, ErrorKind::Internal,
          "[inspect] distances need records of the Gaussian's size");
  std::vector<T> distances, centred;
  distances.reserve(rows.size() / columns_);
  for (std::size_t first = 0; first < rows.size(); first += columns_) {
    centre(&rows[first], whitening.mean, centred);
    distances.push_back(squared_length(centred.data(), whitening.matrix.data(), columns_, step_,
                                       std::numeric_limits<T>::infinity()));
  }
  return distances;
}

std::vector<double> Gaussian::squared_distances(std::span<const double> rows) const {
  return distances_of(rows, exact_);
}

std::vector<float> Gaussian::squared_distances(std::span<const float> rows) const {
  return distances_of(rows, fast_);
}

float Gaussian::squared_distance(std::span<const float> row, float limit) const {
  require(row.size() == columns_, ErrorKind::Internal,
          "[inspect] distances need records of the Gaussian's size");
  thread_local std::vector<float> centred;
  centre(row.data(), fast_.mean, centred);
  return squared_length(centred.data(), fast_.matrix.data(), columns_, step_, limit);
}

double held_out(double squared_distance, std::size_t n) {
  // A record's share of the covariance of all is at most (n - 1) / n of itself; shrinkage may take it there.
  const double left = std::max(static_cast<double>(n) - 1 - squared_distance, 1.0);
  return squared_distance * static_cast<double>(n) / left;
}

}  // namespace giemsa
