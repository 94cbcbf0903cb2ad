#include "giemsa/train/torch_network.h"

#include <fmt/format.h>

#include <optional>

#include "giemsa/core/error.h"
#include "giemsa/train/batch_norm_activation.h"

namespace giemsa {

namespace {

using torch::Tensor;

/// One pass over the nodes. Values are dropped as soon as their last reader has run.
class Pass {
 public:
  Pass(const Graph& graph, const TorchParams& params, const ForwardMode& mode)
      : graph_(graph),
        params_(params),
        mode_(mode),
        values_(graph.nodes.size()),
        readers_(graph.nodes.size()),
        only_reader_(graph.nodes.size()),
        last_reader_(graph.nodes.size(), -1) {
    for (std::size_t id = 0; id < graph.nodes.size(); ++id) {
      for (const NodeId input : graph.nodes[id].inputs) {
        ++readers_[input];
        last_reader_[input] = static_cast<NodeId>(id);
      }
    }
    for (std::size_t id = 0; id < readers_.size(); ++id) only_reader_[id] = readers_[id] == 1;
  }

  Tensor run(const Tensor& images, NodeId until) {
    values_[mode_.from] = images;
    ++readers_[until];
    only_reader_[until] = only_reader_[mode_.from] = 0;
    for (NodeId id = mode_.from + 1; id <= until; ++id) {
      node_ = id;
      values_[id] = std::visit(*this, graph_.nodes[id].op);
      for (const NodeId input : graph_.nodes[id].inputs) {
        if (--readers_[input] == 0) values_[input] = Tensor();
      }
    }
    return values_[until];
  }

  // One operation each; x: [N, C, H, W] unless said otherwise.

  Tensor operator()(const InputOp&) { throw Error(ErrorKind::Internal, "[train] a second input"); }

  Tensor operator()(const ConvOp& op) {
    Tensor x = input();
    const Padding& pad = op.padding;
    // The convolution pads symmetrically; what one side has more is added before.
    const int rows = std::min(pad.top, pad.bottom), columns = std::min(pad.left, pad.right);
    if (pad.top != pad.bottom || pad.left != pad.right) {
      x = at::constant_pad_nd(x,
                              {pad.left - columns, pad.right - columns, pad.top - rows, pad.bottom - rows});
    }
    return at::conv2d(x, param(0), op.bias ? param(1) : Tensor{}, {op.stride.height, op.stride.width},
                      {rows, columns}, {1, 1}, op.groups);
  }

  Tensor operator()(const LinearOp& op) {
    const Tensor x = input(), bias = op.bias ? param(1) : Tensor{};
    if (node().shape.is_vector()) return at::linear(x.flatten(1), param(0), bias).unsqueeze(-1).unsqueeze(-1);
    // As a 1×1 convolution: one pass where a product and a bias would take two.
    return at::conv2d(x, param(0).unsqueeze(-1).unsqueeze(-1), bias);
  }

  Tensor operator()(const BatchNormOp& op) {
    const Tensor& x = input();
    const std::size_t after_weight = op.scales ? 1 : 0;
    const Tensor weight = op.scales ? param(0) : Tensor{};
    const Tensor &bias = param(after_weight), &mean = param(after_weight + 1),
                 &variance = param(after_weight + 2);
    const bool joint = training() && mode_.over_peers;
    if (!joint && (!training() || !op.scales || !suits_batch_norm_activation(x)))
      return at::batch_norm(x, weight, bias, mean, variance, training(), op.momentum, op.epsilon, false);
    const std::optional<Clamp> clamp = following_clamp();
    if (clamp) joined_ = last_reader_[node_];
    return batch_norm_activation(x.contiguous(at::MemoryFormat::ChannelsLast),
                                 op.scales ? weight : torch::ones_like(bias), bias, mean, variance,
                                 op.momentum, op.epsilon, clamp.value_or(Clamp{}), mode_.over_peers);
  }

  Tensor operator()(const LayerNormOp& op) {
    const Tensor x = input().permute({0, 2, 3, 1});  // contiguous, as the map lies channels-last
    return at::layer_norm(x, {x.size(3)}, param(0), param(1), op.epsilon).permute({0, 3, 1, 2});
  }

  Tensor operator()(const LayerScaleOp&) { return input() * param(0).view({1, -1, 1, 1}); }

  Tensor operator()(const ActivationOp& op) {
    Tensor x = input();
    if (joined_ == node_) return x;
    // The gradients of the first three are told from the result; the others keep what they read.
    const bool in_place = overwritable(0), unless_training = in_place && !at::GradMode::is_enabled();
    switch (op.kind) {
      case Activation::Relu:
        return in_place ? at::relu_(x) : at::relu(x);
      case Activation::Relu6:
        return in_place ? at::hardtanh_(x, 0, 6) : at::hardtanh(x, 0, 6);
      case Activation::LeakyRelu:
        return in_place ? at::leaky_relu_(x, op.slope) : at::leaky_relu(x, op.slope);
      case Activation::Gelu:
        return unless_training ? at::gelu_(x) : at::gelu(x);
      case Activation::Silu:
        return unless_training ? at::silu_(x) : at::silu(x);
      case Activation::HardSwish:
        return unless_training ? at::hardswish_(x) : at::hardswish(x);
      case Activation::HardSigmoid:
        return unless_training ? at::hardsigmoid_(x) : at::hardsigmoid(x);
      case Activation::Sigmoid:
        return unless_training ? at::sigmoid_(x) : at::sigmoid(x);
    }
    throw Error(ErrorKind::Internal, "[train] unknown activation");
  }

  Tensor operator()(const MaxPoolOp& op) {
    Tensor x = input();
    const Padding& pad = op.padding;
    const auto pool = [&](int rows, int columns) {
      return at::max_pool2d(x, {op.kernel.height, op.kernel.width}, {op.stride.height, op.stride.width},
                            {rows, columns});
    };
    if (pad.top == pad.bottom && pad.left == pad.right) return pool(pad.top, pad.left);
    x = at::constant_pad_nd(x, {pad.left, pad.right, pad.top, pad.bottom},
                            -std::numeric_limits<float>::infinity());
    return pool(0, 0);
  }

  Tensor operator()(const AvgPoolOp& op) {
    return at::avg_pool2d(input(), {op.kernel.height, op.kernel.width}, {op.stride.height, op.stride.width},
                          {op.padding.top, op.padding.left}, false, op.counts_padding);
  }

  Tensor operator()(const AdaptiveAvgPoolOp& op) {
    return at::adaptive_avg_pool2d(input(), {op.height, op.width});
  }

  Tensor operator()(const GlobalAvgPoolOp&) { return input().mean({2, 3}, true); }
  Tensor operator()(const AddOp&) {
    for (const std::size_t i : {0, 1}) {
      Tensor x = input(i);
      if (overwritable(i)) return x.add_(input(1 - i));
    }
    return input(0) + input(1);
  }

  Tensor operator()(const MulOp&) {
    Tensor x = input(0);
    return overwritable(0) && !at::GradMode::is_enabled() ? x.mul_(input(1)) : x * input(1);
  }

  Tensor operator()(const ConcatOp&) {
    std::vector<Tensor> parts;
    for (const NodeId id : node().inputs) parts.push_back(values_[id]);
    return at::cat(parts, 1);
  }

  Tensor operator()(const RescaleOp& op) {
    const auto constant = [&](const std::array<float, 3>& values) {
      return torch::tensor(at::ArrayRef<float>(values.data(), values.size()), input().options())
          .view({1, 3, 1, 1});
    };
    return at::addcmul(constant(op.shift), input(), constant(op.scale));
  }

  Tensor operator()(const NormalizationOp&) {
    const auto channels = [](const Tensor& values) { return values.view({1, -1, 1, 1}); };
    return (input() - channels(param(0))) / channels(param(1)).sqrt().clamp_min(kNormalizationFloor);
  }

  Tensor operator()(const FlattenOp&) { return input().contiguous().flatten(1).unsqueeze(-1).unsqueeze(-1); }
  Tensor operator()(const DropoutOp& op) { return at::dropout(input(), op.rate, training()); }

  Tensor operator()(const DropPathOp& op) {
    const Tensor x = input();
    if (!training()) return x;
    const double keep = 1.0 - op.rate;
    return x * (at::empty({x.size(0), 1, 1, 1}, x.options()).bernoulli_(keep) / keep);
  }

 private:
  bool training() const {
    return mode_.training && (mode_.frozen_nodes.empty() || !mode_.frozen_nodes[node_]);
  }
  const Node& node() const { return graph_.nodes[node_]; }
  const Tensor& input(std::size_t i = 0) const { return values_[node().inputs[i]]; }
  const Tensor& param(std::size_t i) const { return params_[node().params[i]]; }

  /// The activation that alone reads this node, if it only cuts values.
  std::optional<Clamp> following_clamp() const {
    if (!only_reader_[node_]) return std::nullopt;
    const auto* activation = std::get_if<ActivationOp>(&graph_.nodes[last_reader_[node_]].op);
    if (!activation) return std::nullopt;
    switch (activation->kind) {
      case Activation::Relu:
        return Clamp{.low = 0};
      case Activation::Relu6:
        return Clamp{.low = 0, .high = 6};
      case Activation::LeakyRelu:
      case Activation::Gelu:
      case Activation::Silu:
      case Activation::HardSwish:
      case Activation::HardSigmoid:
      case Activation::Sigmoid:
        return std::nullopt;
    }
    throw Error(ErrorKind::Internal, "[train] unknown activation");
  }

  /// Whether nobody else reads input i's memory, not even in the backward pass: its maker keeps something
  /// else for that, and there is no other reader that may have kept it.
  bool overwritable(std::size_t i) const {
    const NodeId from = node().inputs[i];
    const Op& maker = graph_.nodes[from].op;
    if (!only_reader_[from]) return false;
    if (std::holds_alternative<BatchNormOp>(maker) || std::holds_alternative<ConvOp>(maker) ||
        std::holds_alternative<AddOp>(maker))
      return true;
    return !at::GradMode::is_enabled() &&
           (std::holds_alternative<LinearOp>(maker) || std::holds_alternative<ActivationOp>(maker) ||
            std::holds_alternative<MulOp>(maker) || std::holds_alternative<LayerScaleOp>(maker));
  }

  const Graph& graph_;
  const TorchParams& params_;
  const ForwardMode& mode_;
  std::vector<Tensor> values_;
  std::vector<int> readers_;       ///< that have not run yet
  std::vector<char> only_reader_;  ///< the node has one reader in all
  std::vector<NodeId> last_reader_;
  NodeId joined_ = -1;  ///< the activation that its batch norm has done already
  NodeId node_ = 0;
};

}  // namespace

namespace {

/// The host tensor's memory as a LibTorch tensor; only for reading.
Tensor view(const HostTensor& host) {
  return torch::from_blob(const_cast<float*>(host.data.get()), host.shape, torch::kFloat32);
}

}  // namespace

TorchParams to_torch(const Graph& graph, StateDict weights) {
  check_complete(graph, weights, "the given set of weights");
  TorchParams params;
  for (const Param& param : graph.params) {
    const auto taken = weights.extract(param.name);
    const Tensor values = view(taken.mapped());
    params.push_back(param.shape.size() == 4 ? values.clone(at::MemoryFormat::ChannelsLast) : values.clone());
  }
  return params;
}

StateDict to_state_dict(const Graph& graph, const TorchParams& params) {
  StateDict weights;
  for (std::size_t i = 0; i < params.size(); ++i) {
    if (!params[i].defined()) continue;
    const Tensor values = params[i].detach().cpu().contiguous();
    weights[graph.params[i].name] = HostTensor::make(graph.params[i].shape, [&](std::span<float> out) {
      std::copy_n(values.data_ptr<float>(), out.size(), out.data());
    });
  }
  return weights;
}

void copy_named(const Graph& graph, const StateDict& values, TorchParams& params) {
  const torch::NoGradGuard no_grad;
  for (std::size_t i = 0; i < params.size(); ++i) {
    if (!params[i].defined()) continue;
    const auto found = values.find(graph.params[i].name);
    require(found != values.end() && found->second.shape == graph.params[i].shape, ErrorKind::Model,
            fmt::format("[checkpoint] '{}' is missing or of another shape", graph.params[i].name));
    params[i].copy_(view(found->second));
  }
}

Tensor forward(const Graph& graph, const TorchParams& params, const Tensor& images, const ForwardMode& mode) {
  return Pass(graph, params, mode).run(images, graph.output).flatten(1);
}

Tensor value_of(const Graph& graph, const TorchParams& params, const Tensor& images, NodeId node) {
  return Pass(graph, params, {}).run(images, node);
}

Tensor as_images(float* nhwc, std::int64_t count, const Shape& shape) {
  return torch::from_blob(nhwc, {count, shape.height, shape.width, shape.channels}, torch::kFloat32)
      .permute({0, 3, 1, 2});
}

}  // namespace giemsa
