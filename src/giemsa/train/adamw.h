#pragma once
#include <cstdint>

#include "giemsa/graph/graph.h"
#include "giemsa/train/torch_network.h"

namespace giemsa {

/// AdamW (Loshchilov, Hutter 2019, arXiv 1711.05101), in PyTorch's form of the update.
struct AdamWOptions {
  double beta1 = 0.9, beta2 = 0.999;
  double epsilon = 1e-8;
  double weight_decay = 0.01;
};

/// One update of n values in one pass over the memory; step counts from 1.
/// first, second: the moments. Each element is independent of all others.
void adamw_update(float* param, const float* gradient, float* first, float* second, std::int64_t n,
                  const AdamWOptions& options, double learning_rate, std::int64_t step);

/// AdamW over the parameters of a graph that require gradients.
class AdamW {
 public:
  AdamW(const Graph& graph, TorchParams params, const AdamWOptions& options);

  /// One update with the gradients that stand in the parameters, which are then cleared.
  void step(double learning_rate);

  // What a checkpoint has to keep.
  TorchParams& first() { return first_; }  ///< undefined where a parameter is not trained
  TorchParams& second() { return second_; }
  std::int64_t steps() const { return steps_; }
  void set_steps(std::int64_t steps) { steps_ = steps; }

 private:
  const Graph& graph_;
  TorchParams params_, first_, second_;
  AdamWOptions options_;
  std::int64_t steps_ = 0;
};

/// The moving average of all parameters, running statistics included: a ← a + (1 - decay) · (p - a).
class WeightAverage {
 public:
  explicit WeightAverage(const TorchParams& params);
  void update(const TorchParams& params, double decay);
  TorchParams& values() { return values_; }

 private:
  TorchParams values_;
};

}  // namespace giemsa
