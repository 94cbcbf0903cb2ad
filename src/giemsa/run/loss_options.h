#pragma once
#include <string>

#include "giemsa/core/options.h"

namespace giemsa {

/// What training makes small (train/loss.h). describe() says what each field means.
struct LossOptions {
  std::string kind = "cross_entropy";
  double focal_gamma = 2;
  double label_smoothing = 0.1;
  double consistency = 12;
};

void describe(OptionVisitor& visit, LossOptions& options);

}  // namespace giemsa
