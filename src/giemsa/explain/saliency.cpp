#include "giemsa/explain/saliency.h"

#include <algorithm>
#include <functional>

namespace giemsa {

void scale_to_one(std::span<float> map) {
  const float largest = map.empty() ? 0 : std::ranges::max(map);
  if (largest <= 0) return;
  for (float& value : map) value /= largest;
}

void subtract_median(std::span<float> map) {
  if (map.empty()) return;
  std::vector<float> values(map.begin(), map.end());
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  const float median = *middle;
  for (float& value : map) value = std::max(0.f, value - median);
}

float half_mass_share(std::span<const float> map) {
  std::vector<float> values(map.begin(), map.end());
  std::ranges::sort(values, std::greater());
  double sum = 0, half = 0;
  for (const float value : values) sum += value / 2.0;
  if (sum <= 0) return 0;
  std::size_t count = 0;
  while (half < sum && count < values.size()) half += values[count++];
  return static_cast<float>(count) / static_cast<float>(values.size());
}

}  // namespace giemsa
