#include "giemsa/train/optimizer.h"

#include <algorithm>
#include <cmath>

#include "giemsa/core/error.h"
#include "giemsa/train/optimizer_depth.h"
#include "giemsa/train/optimizer_update.h"

namespace giemsa {

using torch::Tensor;

namespace {

UpdateRule::Kind kind_of(const std::string& kind) {
  if (kind == "sgd") return UpdateRule::Kind::Sgd;
  if (kind == "adam") return UpdateRule::Kind::Adam;
  if (kind == "adamw") return UpdateRule::Kind::AdamW;
  if (kind == "lion") return UpdateRule::Kind::Lion;
  throw Error(ErrorKind::Usage, "[optimizer] there is no optimizer '" + kind + "'",
              "one of sgd, adam, adamw, lion");
}

std::vector<std::string> state_names(const OptimizerOptions& options) {
  switch (kind_of(options.kind)) {
    case UpdateRule::Kind::Sgd:
      return options.momentum > 0 ? std::vector<std::string>{"momentum"} : std::vector<std::string>{};
    case UpdateRule::Kind::Lion:
      return {"momentum"};
    default:
      return {"first", "second"};
  }
}

/// Whether plain loops over the memory of both meet the same elements. Sides of length one do not matter.
bool same_memory_order(const Tensor& a, const Tensor& b) {
  for (const at::MemoryFormat format : {at::MemoryFormat::Contiguous, at::MemoryFormat::ChannelsLast}) {
    if (format == at::MemoryFormat::ChannelsLast && a.dim() != 4) continue;
    if (a.is_contiguous(format) && b.is_contiguous(format)) return true;
  }
  return a.strides() == b.strides() && a.is_non_overlapping_and_dense();
}

/// The gradient in the memory order of its parameter.
Tensor ordered_gradient(const Tensor& param) {
  const Tensor gradient = param.grad();
  if (!gradient.defined() || same_memory_order(gradient, param)) return gradient;
  return torch::empty_like(param, param.options().requires_grad(false)).copy_(gradient);
}

}  // namespace

Optimizer::Optimizer(const Graph& graph, TorchParams params, const OptimizerOptions& options)
    : params_(std::move(params)), options_(options) {
  const std::vector<int> depths = depths_from_output(graph);
  for (std::size_t i = 0; i < params_.size(); ++i) {
    const bool is_kernel = decays(graph.params[i].kind);
    terms_.push_back({.rate_factor = std::pow(options.layer_decay, depths[i]),
                      .weight_decay = is_kernel ? options.weight_decay : 0,
                      .l1 = is_kernel ? options.l1 : 0,
                      .l2 = (is_kernel ? options.l2 : 0) + graph.params[i].l2});
  }
  for (std::string& name : state_names(options)) {
    State& state = state_.emplace_back(std::move(name));
    for (const Tensor& param : params_)
      state.tensors.push_back(param.requires_grad() ? torch::zeros_like(param.detach()) : Tensor());
  }
}

void Optimizer::step(const OptimizerStep& step) {
  const torch::NoGradGuard no_grad;
  ++steps_;
  std::vector<ParameterUpdate> updates;
  for (std::size_t i = 0; i < params_.size(); ++i) {
    ParameterUpdate& update = updates.emplace_back();
    update.param = params_[i];
    if (params_[i].requires_grad()) {
      update.gradient = ordered_gradient(params_[i]);
      for (std::size_t k = 0; k < state_.size(); ++k) update.state[k] = state_[k].tensors[i];
    }
    if (step.average && !(step.settled && (*step.settled)[i])) update.average = step.average->values()[i];
    update.learning_rate = step.learning_rate * terms_[i].rate_factor;
    update.weight_decay = terms_[i].weight_decay;
    update.l1 = terms_[i].l1;
    update.l2 = terms_[i].l2;
  }
  const UpdateRule rule{.kind = kind_of(options_.kind),
                        .momentum = options_.momentum,
                        .nesterov = options_.nesterov,
                        .betas = betas(options_),
                        .epsilon = options_.epsilon,
                        .step = steps_,
                        .gradient_scale = step.gradient_scale,
                        .clip_norm = options_.clip_norm,
                        .average_decay = step.average_decay};
  apply_updates(updates, rule);
  for (Tensor& param : params_) param.mutable_grad() = Tensor();
}

}  // namespace giemsa
