#include "giemsa/explain/nearest.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "giemsa/core/error.h"

namespace giemsa {

std::vector<Neighbour> nearest(const FeatureMatrix& set, std::span<const float> query, std::size_t k) {
  require(query.size() == set.columns, ErrorKind::Internal,
          fmt::format("[explain] {} features asked for in a set of {}", query.size(), set.columns));
  const auto product = [](std::span<const float> a, std::span<const float> b) {
    double sum = 0;
    for (std::size_t i = 0; i < a.size(); ++i) sum += double{a[i]} * b[i];
    return sum;
  };
  const double length = std::sqrt(product(query, query));
  std::vector<Neighbour> all;
  for (std::size_t row = 0; row < set.rows; ++row) {
    const std::span<const float> features = set.row(row);
    const double scale = length * std::sqrt(product(features, features));
    if (!std::isfinite(scale)) continue;
    const double cosine = scale > 0 ? product(features, query) / scale : 0;
    all.push_back({row, 1 - std::clamp(cosine, -1.0, 1.0)});
  }
  const auto end = all.begin() + static_cast<std::ptrdiff_t>(std::min(k, all.size()));
  std::partial_sort(all.begin(), end, all.end(), [](const Neighbour& a, const Neighbour& b) {
    return a.distance != b.distance ? a.distance < b.distance : a.row < b.row;
  });
  all.erase(end, all.end());
  return all;
}

}  // namespace giemsa
