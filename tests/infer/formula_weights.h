#pragma once
#include <cmath>
#include <string>
#include <vector>

#include "giemsa/core/random.h"
#include "giemsa/weights/state_dict.h"

namespace giemsa::testing {

// Weights and pictures by formula, so that golden outputs need no stored weights. The same formula stands in
// tests/golden/make/formula_weights.py and in the README of the Keras figures.

/// 24 bits of the stream `name` at `index`, as [0, 2^24).
inline std::uint64_t formula_bits(std::uint64_t stream, std::uint64_t index) {
  return mix64(stream + index) >> 40;
}

/// The stream's values in [-0.5, 0.5), exact in fp32, as scale · value + offset, each step rounded to fp32.
inline HostTensor formula_tensor(const std::string& name, std::vector<std::int64_t> shape, float scale,
                                 float offset) {
  const std::uint64_t stream = fnv1a(name);
  return HostTensor::make(std::move(shape), [&](std::span<float> values) {
    for (std::size_t i = 0; i < values.size(); ++i) {
      const float value = static_cast<float>(formula_bits(stream, i)) * 0x1p-24f - 0.5f;
      values[i] = value * scale + offset;
    }
  });
}

/// The scale that keeps activations in range: weights of variance gain / fan_in.
inline float formula_scale(double gain, std::int64_t fan_in) {
  return static_cast<float>(2.0 * std::sqrt(3.0 * gain / static_cast<double>(fan_in)));
}

/// max |got - expected|; a NaN counts as infinite.
inline double worst_difference(const std::vector<float>& got, const std::vector<double>& expected) {
  if (got.size() != expected.size()) return INFINITY;
  double worst = 0;
  for (std::size_t i = 0; i < got.size(); ++i) {
    if (!std::isfinite(got[i])) return INFINITY;
    worst = std::max(worst, std::abs(got[i] - expected[i]));
  }
  return worst;
}

/// The values at the positions floor(j · n / 64).
inline std::vector<float> strided64(const std::vector<float>& values) {
  std::vector<float> picked;
  for (std::size_t j = 0; j < 64; ++j) picked.push_back(values[j * values.size() / 64]);
  return picked;
}

}  // namespace giemsa::testing
