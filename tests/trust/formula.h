#pragma once
#include <cstddef>
#include <cstdint>
#include <vector>

// The pictures of tests/golden/make/trust.py, bit for bit.

namespace giemsa::testing {

/// A number in [-0.5, 0.5) made from two integers.
inline float formula_uniform(std::uint32_t i, std::uint32_t j) {
  std::uint32_t x = (i * 1000u + j + 1u) * 2654435761u;
  x ^= x >> 15;
  x *= 2246822519u;
  x ^= x >> 13;
  return static_cast<float>(x / 4294967296.0 - 0.5);
}

/// Label i is i % classes.
inline std::vector<int> formula_labels(std::size_t count, int classes) {
  std::vector<int> labels(count);
  for (std::size_t i = 0; i < count; ++i) labels[i] = static_cast<int>(i) % classes;
  return labels;
}

/// [count, classes]
inline std::vector<float> formula_logits(std::size_t count, int classes) {
  std::vector<float> logits;
  for (std::uint32_t i = 0; i < count; ++i) {
    for (int k = 0; k < classes; ++k) {
      logits.push_back(8 * formula_uniform(i, static_cast<std::uint32_t>(k)) +
                       (k == static_cast<int>(i) % classes ? 2.f : 0.f));
    }
  }
  return logits;
}

/// Three classes by turns, [count, size]; the pictures `first` and on.
inline std::vector<float> formula_features(std::size_t count, std::size_t size, std::uint32_t first = 0) {
  std::vector<float> features;
  for (std::uint32_t i = first; i < first + count; ++i) {
    for (std::uint32_t d = 0; d < size; ++d)
      features.push_back(formula_uniform(i, d) / static_cast<float>(1 + d) +
                         formula_uniform(50000 + i % 3, d));
  }
  return features;
}

}  // namespace giemsa::testing
