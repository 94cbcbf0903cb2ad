#include "giemsa/train/weight_average.h"

#include <algorithm>

#include "giemsa/core/vector_clones.h"
#include "giemsa/train/optimizer_update.h"

namespace giemsa {

GIEMSA_VECTOR_CLONES void average_update(float* __restrict average, const float* __restrict param,
                                         std::int64_t n, float share) {
  for (std::int64_t i = 0; i < n; ++i) average[i] += share * (param[i] - average[i]);
}

WeightAverage::WeightAverage(const TorchParams& params) {
  for (const torch::Tensor& param : params) values_.push_back(param.detach().clone());
}

void WeightAverage::update(const TorchParams& params, double decay) {
  std::vector<ParameterUpdate> updates;
  for (std::size_t i = 0; i < params.size(); ++i)
    updates.push_back({.param = params[i].detach(), .average = values_[i]});
  apply_updates(updates, {.average_decay = decay});
}

double ema_decay_at(double decay, std::int64_t step) {
  const auto t = static_cast<double>(step);
  return std::min(decay, (1 + t) / (10 + t));
}

}  // namespace giemsa
