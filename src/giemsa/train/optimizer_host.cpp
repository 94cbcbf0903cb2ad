#include <cmath>
#include <vector>

#include "giemsa/train/adam.h"
#include "giemsa/train/lion.h"
#include "giemsa/train/optimizer_slices.h"
#include "giemsa/train/optimizer_update.h"
#include "giemsa/train/sgd.h"
#include "giemsa/train/weight_average.h"

namespace giemsa {

namespace {

/// A ParameterUpdate by its memory. Null where there is no tensor.
struct HostUpdate {
  float* param;
  const float* gradient;
  float* state[2];
  float* average;
};

float* memory(const torch::Tensor& tensor) { return tensor.defined() ? tensor.data_ptr<float>() : nullptr; }

/// The gradient before it is clipped.
GradientTerms gradient_terms(const ParameterUpdate& update, const UpdateRule& rule) {
  return {static_cast<float>(rule.gradient_scale), static_cast<float>(update.l1),
          static_cast<float>(2 * update.l2)};
}

GradientTerms clipped_terms(const ParameterUpdate& update, const UpdateRule& rule, double clip) {
  const double decay = rule.decouples_decay() ? 0 : update.weight_decay;  // PyTorch adds it behind clipping
  return {static_cast<float>(clip * rule.gradient_scale), static_cast<float>(clip * update.l1),
          static_cast<float>(clip * 2 * update.l2 + decay)};
}

void update_slice(const HostUpdate& at, const ParameterUpdate& update, const UpdateRule& rule, double clip,
                  std::int64_t begin, std::int64_t n) {
  float* const param = at.param + begin;
  const float* const gradient = at.gradient + begin;
  float* const first = at.state[0] ? at.state[0] + begin : nullptr;
  const GradientTerms terms = clipped_terms(update, rule, clip);
  const auto [beta1, beta2] = rule.betas;
  switch (rule.kind) {
    case UpdateRule::Kind::Sgd:
      return sgd_update(param, gradient, first, n,
                        {terms, static_cast<float>(update.learning_rate), static_cast<float>(rule.momentum),
                         rule.nesterov});
    case UpdateRule::Kind::Lion:
      return lion_update(param, gradient, first, n,
                         {terms, update.learning_rate, beta1, beta2, update.weight_decay});
    case UpdateRule::Kind::Adam:
    case UpdateRule::Kind::AdamW:
      return adam_update(param, gradient, first, at.state[1] + begin, n,
                         {terms, update.learning_rate, beta1, beta2, rule.epsilon,
                          rule.decouples_decay() ? update.weight_decay : 0, rule.step});
  }
}

}  // namespace

void update_on_host(std::span<const ParameterUpdate> updates, const UpdateRule& rule) {
  std::vector<HostUpdate> memories;
  std::vector<std::int64_t> sizes;
  for (const ParameterUpdate& u : updates) {
    memories.push_back(
        {memory(u.param), memory(u.gradient), {memory(u.state[0]), memory(u.state[1])}, memory(u.average)});
    const bool is_touched = u.gradient.defined() || u.average.defined();
    sizes.push_back(is_touched ? u.param.numel() : 0);
  }
  const std::vector<Slice> slices = cut_into_slices(sizes);

  double clip = 1;
  if (rule.clip_norm > 0) {
    std::vector<double> sums(slices.size());  // added in order, so that threads do not matter
    for_each_slice(slices, [&](std::size_t i) {
      const auto& [tensor, begin, end] = slices[i];
      const HostUpdate& at = memories[tensor];
      if (!at.gradient) return;
      sums[i] = sum_of_squares(at.gradient + begin, at.param + begin, end - begin,
                               gradient_terms(updates[tensor], rule));
    });
    double sum = 0;
    for (const double part : sums) sum += part;
    clip = clip_factor(std::sqrt(sum), rule.clip_norm);
  }
  const auto share = static_cast<float>(1 - rule.average_decay);
  for_each_slice(slices, [&](std::size_t i) {
    const auto& [tensor, begin, end] = slices[i];
    const HostUpdate& at = memories[tensor];
    if (at.gradient) update_slice(at, updates[tensor], rule, clip, begin, end - begin);
    if (at.average) average_update(at.average + begin, at.param + begin, end - begin, share);
  });
}

}  // namespace giemsa
