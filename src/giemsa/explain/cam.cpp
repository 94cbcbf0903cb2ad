#include "giemsa/explain/cam.h"

#include <algorithm>

namespace giemsa {

namespace {

/// Σ over the channels of weight(i) · activation[i], i the number of the value, cut at 0.
template <class Weight>
std::vector<float> weighed(std::span<const float> activation, const Shape& shape, Weight weight) {
  const auto channels = static_cast<std::size_t>(shape.channels);
  std::vector<float> map(static_cast<std::size_t>(shape.height * shape.width));
  for (std::size_t p = 0; p < map.size(); ++p) {
    double sum = 0;
    for (std::size_t i = p * channels; i < (p + 1) * channels; ++i) sum += weight(i) * activation[i];
    map[p] = static_cast<float>(std::max(sum, 0.0));
  }
  return map;
}

}  // namespace

std::vector<float> layer_cam(std::span<const float> activation, std::span<const float> gradient,
                             const Shape& shape) {
  return weighed(activation, shape, [&](std::size_t i) { return double{std::max(gradient[i], 0.f)}; });
}

std::vector<float> hires_cam(std::span<const float> activation, std::span<const float> gradient,
                             const Shape& shape) {
  return weighed(activation, shape, [&](std::size_t i) { return double{gradient[i]}; });
}

std::vector<float> grad_cam(std::span<const float> activation, std::span<const float> gradient,
                            const Shape& shape) {
  const auto channels = static_cast<std::size_t>(shape.channels);
  const double positions = static_cast<double>(shape.height * shape.width);
  std::vector<double> mean(channels);
  for (std::size_t i = 0; i < gradient.size(); ++i) mean[i % channels] += gradient[i] / positions;
  return weighed(activation, shape, [&](std::size_t i) { return mean[i % channels]; });
}

}  // namespace giemsa
