#pragma once
#include <torch/torch.h>

#include <array>
#include <cstdint>
#include <span>

#include "giemsa/run/optimizer_options.h"
#include "giemsa/train/gradient.h"

namespace giemsa {

/// What one step does to one parameter.
struct ParameterUpdate {
  torch::Tensor param;
  torch::Tensor gradient = {};              ///< undefined: the parameter keeps its values
  std::array<torch::Tensor, 2> state = {};  ///< first and second moment, or the momentum
  torch::Tensor average = {};               ///< that follows the parameter; undefined: none
  double learning_rate = 0;
  double weight_decay = 0;
  double l1 = 0, l2 = 0;  ///< the gradient gains l1 · sign(p) + 2 · l2 · p
};

/// What one step does to all of them.
struct UpdateRule {
  enum class Kind { Sgd, Adam, AdamW, Lion };
  Kind kind = Kind::AdamW;
  double momentum = 0;
  bool nesterov = false;
  Betas betas = {};
  double epsilon = 0;
  std::int64_t step = 1;  ///< from 1
  double gradient_scale = 1;
  double clip_norm = 0;  ///< 0: off
  double average_decay = 0;

  /// Weight decay that shrinks the weights; otherwise it is part of the gradient.
  bool decouples_decay() const { return kind == Kind::AdamW || kind == Kind::Lion; }
};

/// In host memory, f32, all tensors of an update in one memory order: one pass over all values.
void update_on_host(std::span<const ParameterUpdate> updates, const UpdateRule& rule);

/// On any device and type, by LibTorch's operations.
void update_by_operations(std::span<const ParameterUpdate> updates, const UpdateRule& rule);

/// The one or the other, as the parameters ask for.
void apply_updates(std::span<const ParameterUpdate> updates, const UpdateRule& rule);

}  // namespace giemsa
