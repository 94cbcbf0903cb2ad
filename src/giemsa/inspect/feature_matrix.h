#pragma once
#include <cstddef>
#include <span>
#include <vector>

#include "giemsa/inspect/appearance.h"

namespace giemsa {

/// Somebody else's features, one record per row: [N, D], rows without gaps.
struct FeatureMatrix {
  const float* values = nullptr;
  std::size_t rows = 0, columns = 0;

  FeatureMatrix() = default;
  FeatureMatrix(const float* first, std::size_t n, std::size_t d) : values(first), rows(n), columns(d) {}
  FeatureMatrix(std::span<const Appearance> appearances)
      : values(appearances.empty() ? nullptr : appearances.front().data()),
        rows(appearances.size()),
        columns(kAppearanceSize) {}

  std::span<const float> row(std::size_t i) const { return {values + i * columns, columns}; }
};

}  // namespace giemsa
