#pragma once
#include <string>

#include "giemsa/core/options.h"

namespace giemsa {

/// How a stage turns gradients into new weights (train/optimizer.h). describe() says what each field means.
struct OptimizerOptions {
  std::string kind = "adamw";
  double momentum = 0.9;
  bool nesterov = true;
  double beta1 = 0, beta2 = 0;
  double epsilon = 1e-8;
  double weight_decay = 0.02;
  double l1 = 0, l2 = 0;
  double clip_norm = 0;
  double layer_decay = 1;
};

struct Betas {
  double beta1, beta2;
};

/// The betas of the options; where one is 0, the optimizer's own: 0.9 and 0.999, for lion 0.9 and 0.99.
Betas betas(const OptimizerOptions& options);

void describe(OptionVisitor& visit, OptimizerOptions& options);

}  // namespace giemsa
