#pragma once
#include <cmath>
#include <cstddef>
#include <vector>

#include "giemsa/core/progress.h"
#include "giemsa/predict/for_each_picture.h"
#include "giemsa/verify/engine.h"

namespace giemsa {

/// How far the answers of two engines for one picture are apart.
struct PictureDifference {
  std::size_t picture;       ///< its number in the list
  double logits = 0;         ///< the largest over the classes, absolute
  double probabilities = 0;  ///< likewise
  int class_a = 0, class_b = 0;

  /// Whether both answer with numbers; where one does not, its class says nothing.
  bool finite() const { return std::isfinite(logits) && std::isfinite(probabilities); }
  bool same_class() const { return finite() && class_a == class_b; }
};

/// What two engines say of the same pictures.
struct Verification {
  std::size_t pictures = 0;       ///< that could be read
  std::vector<Finding> findings;  ///< the others, in order
  std::size_t same_class = 0;
  // Absolute differences over all pictures and classes; infinite where an engine gives what is no number.
  double largest_logits = 0, mean_logits = 0;
  double largest_probabilities = 0, mean_probabilities = 0;
  double seconds_a = 0, seconds_b = 0;   ///< of the networks alone, all pictures
  std::vector<PictureDifference> worst;  ///< the largest differences of probabilities first

  /// Share of the pictures for which both name the same class, by numbers.
  double agreement() const { return static_cast<double>(same_class) / static_cast<double>(pictures); }
};

/// Runs both engines on all pictures in turn, each with the inputs that it asks for: 32 at a time, or as many
/// as lie in 256 MiB. The first ones twice, since the first call is slower than all others.
/// most_worst: how many pictures to name; threads: for loading, 0 means one per processor. Throws Data where
/// no picture can be read, and what the engines throw.
Verification verify_engines(Engine& a, Engine& b, const PictureList& pictures, std::size_t most_worst,
                            int threads, const ProgressCallback& progress);

}  // namespace giemsa
