#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "giemsa/graph/graph.h"
#include "giemsa/run/optimizer_options.h"
#include "giemsa/train/torch_network.h"
#include "giemsa/train/weight_average.h"

namespace giemsa {

/// What an update needs besides the gradients in the parameters.
struct OptimizerStep {
  double learning_rate;
  double gradient_scale = 1;         ///< 1/n where the gradients of n batches have been added up
  WeightAverage* average = nullptr;  ///< updated in the same pass; null: none
  double average_decay = 0;
  const std::vector<char>* settled = nullptr;  ///< by parameter: its average equals it, and neither moves
};

/// SGD, Adam, AdamW or Lion over the parameters of a graph that require gradients.
///
/// The gradient that counts is gradient_scale times that of the parameters, plus that of the penalties
/// l1 Σ|w| + l2 Σw² over kernels (decays()) and of Param::l2, which the loss must therefore not hold; then it
/// is clipped to clip_norm over all parameters, as torch.nn.utils.clip_grad_norm_ does. Weight decay touches
/// kernels only. The rate of a parameter is learning_rate · layer_decay^depth (optimizer_depth.h).
///
/// In host memory all parameters are updated in one parallel pass by slices that stay in the cache; the same
/// bits for any number of threads. Other devices and types take LibTorch's operations, with the same results
/// up to rounding.
class Optimizer {
 public:
  /// Tensors of a step's memory, by parameter; undefined where a parameter is not trained.
  struct State {
    std::string name;  ///< "momentum" (sgd, lion), "first" and "second" (adam, adamw)
    TorchParams tensors;
  };

  /// params share their memory with the caller's. Throws Usage for an unknown kind.
  Optimizer(const Graph& graph, TorchParams params, const OptimizerOptions& options);

  /// One update with the gradients that stand in the parameters, which are then cleared. Parameters without
  /// a gradient keep their values.
  void step(const OptimizerStep& step);
  void step(double learning_rate) { step(OptimizerStep{.learning_rate = learning_rate}); }

  // What a checkpoint has to keep.
  std::vector<State>& state() { return state_; }
  std::int64_t steps() const { return steps_; }
  void set_steps(std::int64_t steps) { steps_ = steps; }

 private:
  /// What a parameter's kind and place in the network make of the options.
  struct Terms {
    double rate_factor, weight_decay, l1, l2;
  };

  TorchParams params_;
  OptimizerOptions options_;
  std::vector<Terms> terms_;  ///< by parameter
  std::vector<State> state_;
  std::int64_t steps_ = 0;
};

}  // namespace giemsa
