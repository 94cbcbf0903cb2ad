#pragma once
#include <algorithm>
#include <cmath>
#include <span>
#include <utility>
#include <vector>

#include "giemsa/core/random.h"
#include "giemsa/graph/graph.h"
#include "giemsa/weights/state_dict.h"

namespace giemsa::testing {

/// Numbers in [low, high), each a hash of its place in the tensor, so that none waits for the one before: the
/// largest networks have hundreds of millions. The constants are those of lowbias32 (C. Wellons,
/// hash-prospector).
inline void fill_uniform(float* values, std::size_t count, std::uint32_t seed, float low, float high) {
  for (std::size_t i = 0; i < count; ++i) {
    std::uint32_t x = static_cast<std::uint32_t>(i) * 0x9E3779B9u ^ seed;
    x = (x ^ (x >> 16)) * 0x7FEB352Du;
    x = (x ^ (x >> 15)) * 0x846CA68Bu;
    x ^= x >> 16;
    values[i] = low + (high - low) * (static_cast<float>(static_cast<std::int32_t>(x >> 8)) * 0x1.0p-24f);
  }
}

/// Kernels whose variance keeps values in range through any depth (gates turn what is too large into steps);
/// norms, their statistics, biases and layer scales so that each of them matters to the result.
inline StateDict random_weights(const Graph& graph, std::uint64_t seed) {
  StateDict weights;
  for (const Param& param : graph.params) {
    const auto fan_in = static_cast<float>(param.size() / param.shape[0]);
    const float width = std::sqrt(3 * 1.25f / fan_in);
    const auto [low, high] = [&]() -> std::pair<float, float> {
      switch (param.kind) {
        case ParamKind::NormScale:
        case ParamKind::RunningVar:
          return {0.5f, 1.5f};
        case ParamKind::Weight:
          return {-width, width};
        case ParamKind::LayerScale:
          return {0.1f, 0.4f};
        default:
          return {-0.3f, 0.3f};
      }
    }();
    const auto key = static_cast<std::uint32_t>(Random({seed, fnv1a(param.name)}).bits());
    weights[param.name] = HostTensor::make(param.shape, [&, low = low, high = high](std::span<float> values) {
      fill_uniform(values.data(), values.size(), key, low, high);
    });
  }
  return weights;
}

/// `count` normalised pictures for the graph, [count, H, W, C].
inline std::vector<float> random_images(const Graph& graph, std::size_t count, std::uint64_t seed) {
  Random random({seed, fnv1a("images")});
  std::vector<float> images(count * static_cast<std::size_t>(graph.input_shape().size()));
  for (float& value : images) value = static_cast<float>(random.normal());
  return images;
}

/// max |got - expected| / max |expected|; NaN counts as infinitely wrong.
inline double relative_error(std::span<const float> got, std::span<const double> expected) {
  if (got.size() != expected.size()) return INFINITY;
  double difference = 0, largest = 0;
  for (std::size_t i = 0; i < got.size(); ++i) {
    if (!std::isfinite(got[i])) return INFINITY;
    difference = std::max(difference, std::abs(got[i] - expected[i]));
    largest = std::max(largest, std::abs(expected[i]));
  }
  return difference / largest;
}

/// ‖got - expected‖ / ‖expected‖; infinite where the sizes differ.
inline double relative_distance(std::span<const float> got, std::span<const float> expected) {
  if (got.size() != expected.size()) return INFINITY;
  double difference = 0, size = 0;
  for (std::size_t i = 0; i < got.size(); ++i) {
    difference += std::pow(double{got[i]} - expected[i], 2);
    size += std::pow(double{expected[i]}, 2);
  }
  return std::sqrt(difference / size);
}

}  // namespace giemsa::testing
