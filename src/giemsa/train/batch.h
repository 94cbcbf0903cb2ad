#pragma once
#include <cstdint>
#include <vector>

#include "giemsa/graph/shape.h"

namespace giemsa {

/// What one step trains on, ready for the network. Letters: N pictures, V views of each, [H, W, C] the shape
/// of a picture (or of a node's value that stands for it), K classes.
struct Batch {
  Shape shape;
  std::int64_t views = 1;
  std::vector<float> images = {};         ///< [N, V, H, W, C] f32, normalised
  std::vector<float> targets = {};        ///< [N, K] f32: smoothed and mixed
  std::vector<std::int64_t> labels = {};  ///< [N], before mixing
};

/// Where a training takes its batches from. What is in them depends on (seed, epoch) and the records alone.
class BatchSource {
 public:
  virtual ~BatchSource() = default;
  virtual std::int64_t batches_per_epoch() const = 0;
  virtual void start_epoch(std::int64_t epoch) = 0;
  /// The next batch; there are batches_per_epoch() of them.
  virtual Batch next() = 0;
};

}  // namespace giemsa
