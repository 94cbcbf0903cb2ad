#pragma once
#include <cstdint>
#include <map>
#include <set>
#include <string>

namespace giemsa {

/// What is needed to run a network's convolutions and dense layers in 8-bit integers: how large values get.
/// Symmetric and linear; one scale for each value, one for each output channel of the weights (Jacob et al.
/// 2018, arXiv 1712.05877; Krishnamoorthi 2018, arXiv 1806.08342).
struct Quantization {
  /// By node name: the largest magnitude of its value that is told apart; larger ones are cut off.
  std::map<std::string, float> ranges;
  /// Names of the layers that are computed in 32-bit floats all the same.
  std::set<std::string> kept;
  std::int64_t pictures = 0;  ///< that the ranges were measured on

  bool empty() const { return ranges.empty(); }
  bool operator==(const Quantization&) const = default;
};

}  // namespace giemsa
