#include <cmath>

#include "giemsa/train/optimizer_update.h"

namespace giemsa {

using torch::Tensor;

namespace {

/// The gradient before it is clipped.
Tensor whole_gradient(const ParameterUpdate& update, const UpdateRule& rule) {
  Tensor gradient = update.gradient * rule.gradient_scale;
  if (update.l1 > 0) gradient.add_(update.param.sign(), update.l1);
  if (update.l2 > 0) gradient.add_(update.param, 2 * update.l2);
  return gradient;
}

/// [] on the device of the parameters, so that nothing waits for it.
Tensor clip_factor_of(const std::vector<Tensor>& gradients, double clip_norm) {
  std::vector<Tensor> norms;
  for (const Tensor& gradient : gradients) {
    if (gradient.defined()) norms.push_back(gradient.norm());
  }
  return (clip_norm / (torch::stack(norms).norm() + 1e-6)).clamp_max(1);
}

void adam_step(const ParameterUpdate& u, const UpdateRule& rule, const Tensor& gradient) {
  const auto [beta1, beta2] = rule.betas;
  u.state[0].mul_(beta1).add_(gradient, 1 - beta1);
  u.state[1].mul_(beta2).addcmul_(gradient, gradient, 1 - beta2);
  const double correction1 = 1 - std::pow(beta1, rule.step), correction2 = 1 - std::pow(beta2, rule.step);
  const Tensor root = (u.state[1].sqrt() / std::sqrt(correction2)).add_(rule.epsilon);
  u.param.addcdiv_(u.state[0], root, -u.learning_rate / correction1);
}

void sgd_step(const ParameterUpdate& u, const UpdateRule& rule, const Tensor& gradient) {
  if (!u.state[0].defined()) return void(u.param.add_(gradient, -u.learning_rate));
  u.state[0].mul_(rule.momentum).add_(gradient);
  const Tensor step = rule.nesterov ? gradient.add(u.state[0], rule.momentum) : u.state[0];
  u.param.add_(step, -u.learning_rate);
}

void lion_step(const ParameterUpdate& u, const UpdateRule& rule, const Tensor& gradient) {
  const auto [beta1, beta2] = rule.betas;
  const Tensor direction = u.state[0].mul(beta1).add_(gradient, 1 - beta1);
  // sign() makes 0 of what is no number; 0 · it keeps that, for the loss to tell.
  u.param.add_(direction.sign().add_(direction.mul(0)), -u.learning_rate);
  u.state[0].mul_(beta2).add_(gradient, 1 - beta2);
}

void apply(const ParameterUpdate& u, const UpdateRule& rule, Tensor gradient) {
  if (rule.decouples_decay()) {
    u.param.mul_(1 - u.learning_rate * u.weight_decay);
  } else if (u.weight_decay > 0) {
    gradient.add_(u.param, u.weight_decay);
  }
  switch (rule.kind) {
    case UpdateRule::Kind::Sgd:
      return sgd_step(u, rule, gradient);
    case UpdateRule::Kind::Lion:
      return lion_step(u, rule, gradient);
    case UpdateRule::Kind::Adam:
    case UpdateRule::Kind::AdamW:
      return adam_step(u, rule, gradient);
  }
}

}  // namespace

void update_by_operations(std::span<const ParameterUpdate> updates, const UpdateRule& rule) {
  const torch::NoGradGuard no_grad;
  std::vector<Tensor> gradients;
  bool any = false;
  for (const ParameterUpdate& update : updates) {
    gradients.push_back(update.gradient.defined() ? whole_gradient(update, rule) : Tensor());
    any |= update.gradient.defined();
  }
  if (rule.clip_norm > 0 && any) {
    const Tensor clip = clip_factor_of(gradients, rule.clip_norm);
    for (Tensor& gradient : gradients) {
      if (gradient.defined()) gradient.mul_(clip);
    }
  }
  for (std::size_t i = 0; i < updates.size(); ++i) {
    if (gradients[i].defined()) apply(updates[i], rule, gradients[i]);
    if (updates[i].average.defined()) updates[i].average.lerp_(updates[i].param, 1 - rule.average_decay);
  }
}

}  // namespace giemsa
