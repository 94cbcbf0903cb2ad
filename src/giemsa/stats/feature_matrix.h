#pragma once
#include <array>
#include <cstddef>
#include <span>
#include <vector>

namespace giemsa {

/// Somebody else's features, one record per row: [N, D], rows without gaps.
struct FeatureMatrix {
  const float* values = nullptr;
  std::size_t rows = 0, columns = 0;

  FeatureMatrix() = default;
  FeatureMatrix(const float* first, std::size_t n, std::size_t d) : values(first), rows(n), columns(d) {}
  template <std::size_t D>
  FeatureMatrix(std::span<const std::array<float, D>> records)
      : values(records.empty() ? nullptr : records.front().data()), rows(records.size()), columns(D) {}
  template <std::size_t D>
  FeatureMatrix(const std::vector<std::array<float, D>>& records) : FeatureMatrix(std::span(records)) {}

  std::span<const float> row(std::size_t i) const { return {values + i * columns, columns}; }
};

}  // namespace giemsa
