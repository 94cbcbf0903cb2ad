#pragma once
#include <cstdint>
#include <string>

#include "giemsa/core/options.h"

namespace giemsa {

/// How a model is adapted to another laboratory (train/adapt.h). describe() says what each field means.
struct AdaptOptions {
  std::int64_t per_class = 20;
  std::int64_t epochs = 30;
  std::int64_t views = 15;
  std::int64_t batch = 32;
  std::int64_t memory_batch = 192;
  double lr = 7e-4;
  double weight_decay = 0.02;
  double label_smoothing = 0.1;
  double keep = 0.5;
  double ema_decay = 0.95;
  double blend = 1;
  std::string augment = "full";
  std::int64_t folds = 4;
  std::int64_t seed = 1;
};

void describe(OptionVisitor& visit, AdaptOptions& options);

}  // namespace giemsa
