#pragma once
#include <cstdint>

namespace giemsa {

/// What is chosen when a network is built; the rest is its paper's.
struct ModelOptions {
  std::int64_t classes = 8;
  std::int64_t input_px = 96;  ///< side of the square input
  double dropout = 0.2;        ///< before the last dense layer
  double drop_path = 0;        ///< stochastic depth at the deepest block, falling linearly to 0 at the first
};

}  // namespace giemsa
