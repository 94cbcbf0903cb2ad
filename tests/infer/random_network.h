#pragma once
#include <algorithm>
#include <cmath>
#include <span>
#include <vector>

#include "giemsa/core/random.h"
#include "giemsa/graph/graph.h"
#include "giemsa/weights/state_dict.h"

namespace giemsa::testing {

/// Kernels whose variance keeps values in range through any depth (gates turn what is too large into steps);
/// norms, their statistics, biases and layer scales so that each of them matters to the result. Uniform
/// throughout: the largest networks have hundreds of millions.
inline StateDict random_weights(const Graph& graph, std::uint64_t seed) {
  StateDict weights;
  for (const Param& param : graph.params) {
    const auto fan_in = static_cast<float>(param.size() / param.shape[0]);
    const float width = std::sqrt(3 * 1.25f / fan_in);
    Random random({seed, fnv1a(param.name)});
    weights[param.name] = HostTensor::make(param.shape, [&](std::span<float> values) {
      for (float& value : values) {
        switch (param.kind) {
          case ParamKind::NormScale:
          case ParamKind::RunningVar:
            value = random.uniform(0.5f, 1.5f);
            break;
          case ParamKind::Weight:
            value = random.uniform(-width, width);
            break;
          case ParamKind::LayerScale:
            value = random.uniform(0.1f, 0.4f);
            break;
          default:
            value = random.uniform(-0.3f, 0.3f);
        }
      }
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
