#pragma once
#include <span>
#include <vector>

namespace giemsa {

/// Least ambiguous sets of classes that hold the true one for a chosen share of pictures like those that they
/// were fitted on (Sadinle, Lei, Wasserman 2019, arXiv 1609.00451; split conformal prediction).
struct ConformalSets {
  /// 1 - p(true class) of the pictures that were set aside for it, rising.
  std::vector<float> scores;
  double level = 0.95;  ///< the share that is meant where none is named

  /// A class is in the set when 1 - p of it is not above this: the ⌈(n + 1) · level⌉-th smallest of the n
  /// scores; infinity, which puts all classes in, where n is too small for that. Throws Usage for a level
  /// outside of (0, 1).
  float limit(double at_level) const;
};

/// 1 - p, as exactly as the sum of the other probabilities is. probabilities: [K].
float improbability(std::span<const double> probabilities, std::size_t of_class);

}  // namespace giemsa
