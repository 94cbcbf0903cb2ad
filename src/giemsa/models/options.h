#pragma once
#include <cstdint>
#include <string>

namespace giemsa {

/// The layers between a network's features and its answer.
struct HeadOptions {
  /// "own": the network's published one; "linear", "axon", "dl_bois".
  std::string kind = "own";
  /// Of the first dense layer (axon, dl_bois); the second of axon has half as many.
  std::int64_t units = 256;
  /// axon: the squeeze-and-excitation narrows the channels by this.
  std::int64_t reduction = 16;
  /// axon: of its leaky ReLUs.
  double slope = 0.3;
  /// dl_bois, and baseline_cnn3's own: L2 penalty on the dense kernels.
  double l2 = 1e-3;
};

/// What is chosen when a network is built; the rest is its paper's.
struct ModelOptions {
  std::int64_t classes = 8;
  std::int64_t input_px = 96;  ///< side of the square input
  double dropout = 0.2;        ///< before the last dense layer
  double drop_path = 0;        ///< stochastic depth at the deepest block, falling linearly to 0 at the first
  HeadOptions head = {};
};

}  // namespace giemsa
