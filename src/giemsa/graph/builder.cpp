#include "giemsa/graph/builder.h"

#include <fmt/format.h>

#include <cmath>
#include <set>
#include <utility>

#include "giemsa/core/error.h"

namespace giemsa {

namespace {

/// Positions of a window of `kernel` over n + padding.
std::int64_t window_positions(std::int64_t n, int before, int after, int kernel, int stride) {
  const std::int64_t room = n + before + after - kernel;
  return room < 0 ? 0 : room / stride + 1;
}

Shape window_shape(const Shape& in, std::int64_t channels, Extent kernel, Extent stride,
                   const Padding& padding) {
  return {channels, window_positions(in.height, padding.top, padding.bottom, kernel.height, stride.height),
          window_positions(in.width, padding.left, padding.right, kernel.width, stride.width)};
}

}  // namespace

GraphBuilder::GraphBuilder(Shape input_shape, Flavour flavour) {
  graph_.flavour = flavour;
  graph_.nodes.push_back({InputOp{}, "input", "", {}, input_shape, {}});
  keras_layer(input(), "input_layer", "InputLayer");
}

GraphBuilder::Scope::Scope(GraphBuilder& builder, std::string_view name)
    : builder_(builder), length_(builder.prefix_.size()) {
  builder_.prefix_.append(name).append(".");
}
GraphBuilder::Scope::~Scope() { builder_.prefix_.resize(length_); }
GraphBuilder::Scope GraphBuilder::scope(std::string_view name) { return {*this, name}; }
GraphBuilder::Scope GraphBuilder::scope(int index) { return {*this, std::to_string(index)}; }

LayerName LayerName::as(std::string type) && {
  keras_type = std::move(type);
  return std::move(*this);
}

LayerName LayerName::inside() && {
  keras_inside = true;
  return std::move(*this);
}

Value GraphBuilder::append(const LayerName& name, Op op, std::vector<NodeId> inputs, Shape shape) {
  const std::string full = prefix_ + name.name;
  require(
      shape.size() > 0, ErrorKind::Model,
      fmt::format("[graph] nothing is left of the picture at layer '{}' ({}): the input of {} is too small",
                  full, op_name(op), to_string(graph_.nodes.front().shape)),
      "a larger input_px");
  const auto id = static_cast<NodeId>(graph_.nodes.size());
  const std::string type = name.keras_type.empty() ? std::string(keras_type(op)) : name.keras_type;
  const std::string keras = in_keras() ? name.keras : "";
  graph_.nodes.push_back({std::move(op), full, keras, std::move(inputs), shape, {}});
  const Value value{id, shape};
  if (!keras.empty()) {
    inside_.push_back(id);
    if (!name.keras_inside) keras_layer(value, keras, type);
  }
  return value;
}

void GraphBuilder::keras_layer(Value after, std::string name, std::string type, std::optional<Shape> shape) {
  if (!in_keras()) return;
  graph_.nodes[after.node()].keras_layers.push_back(
      {std::move(name), std::move(type), shape.value_or(after.shape()), std::exchange(inside_, {})});
}

void GraphBuilder::keras_padding(Value x, std::string name, const Padding& padding) {
  const auto [channels, height, width] = x.shape();
  keras_layer(x, std::move(name), "ZeroPadding2D",
              Shape{channels, height + padding.top + padding.bottom, width + padding.left + padding.right});
}

std::string GraphBuilder::keras_auto_name(const std::string& stem) {
  const int number = auto_names_[stem]++;
  return number == 0 ? stem : fmt::format("{}_{}", stem, number);
}

void GraphBuilder::param(Value owner, std::string_view suffix, std::vector<std::int64_t> shape,
                         ParamKind kind, Init init) {
  Node& node = graph_.nodes[owner.node()];
  node.params.push_back(static_cast<int>(graph_.params.size()));
  graph_.params.push_back(
      {fmt::format("{}.{}", node.name, suffix), std::move(shape), kind, init, owner.node()});
}

Value GraphBuilder::conv(const LayerName& name, Value x, std::int64_t out_channels,
                         const ConvOptions& options) {
  const auto [kernel, stride, given, groups, bias, init] = options;
  require(x.channels() % groups == 0 && out_channels % groups == 0, ErrorKind::Internal,
          fmt::format("[graph] layer '{}{}': {} groups do not divide {} → {} channels", prefix_, name.name,
                      groups, x.channels(), out_channels));
  const int half_h = (kernel.height - 1) / 2, half_w = (kernel.width - 1) / 2;
  const Padding padding = given.value_or(Padding{half_h, half_w, half_h, half_w});
  const Value y = append(name, ConvOp{out_channels, kernel, stride, padding, groups, bias}, {x.node()},
                         window_shape(x.shape(), out_channels, kernel, stride, padding));
  const double fan_out =
      static_cast<double>(out_channels) * kernel.height * kernel.width / static_cast<double>(groups);
  const Init he{Init::Kind::Normal, static_cast<float>(std::sqrt(2.0 / fan_out))};
  param(y, "weight", {out_channels, x.channels() / groups, kernel.height, kernel.width}, ParamKind::Weight,
        init.value_or(he));
  if (bias) param(y, "bias", {out_channels}, ParamKind::Bias, {});
  return y;
}

Value GraphBuilder::linear(const LayerName& name, Value x, std::int64_t out_features,
                           const LinearOptions& options) {
  Shape shape = x.shape();
  shape.channels = out_features;
  const Value y = append(name, LinearOp{out_features, options.bias}, {x.node()}, shape);
  param(y, "weight", {out_features, x.channels()}, ParamKind::Weight, options.init);
  graph_.params.back().l2 = options.l2;
  if (options.bias) param(y, "bias", {out_features}, ParamKind::Bias, {});
  return y;
}

Value GraphBuilder::batch_norm(const LayerName& name, Value x, const BatchNormOptions& options) {
  const auto [epsilon, momentum, scales] = options;
  const Value y = append(name, BatchNormOp{epsilon, momentum, scales}, {x.node()}, x.shape());
  if (scales) param(y, "weight", {x.channels()}, ParamKind::NormScale, {Init::Kind::Constant, 1.f});
  param(y, "bias", {x.channels()}, ParamKind::NormShift, {});
  param(y, "running_mean", {x.channels()}, ParamKind::RunningMean, {});
  param(y, "running_var", {x.channels()}, ParamKind::RunningVar, {Init::Kind::Constant, 1.f});
  return y;
}

Value GraphBuilder::layer_norm(const LayerName& name, Value x, const LayerNormOptions& options) {
  const Value y = append(name, LayerNormOp{options.epsilon}, {x.node()}, x.shape());
  param(y, "weight", {x.channels()}, ParamKind::NormScale, {Init::Kind::Constant, 1.f});
  param(y, "bias", {x.channels()}, ParamKind::NormShift, {});
  return y;
}

Value GraphBuilder::layer_scale(const LayerName& name, Value x, float initial) {
  const Value y = append(name, LayerScaleOp{}, {x.node()}, x.shape());
  // The published state dicts name the factor itself; it has no layer of its own there.
  Node& node = graph_.nodes[y.node()];
  node.params.push_back(static_cast<int>(graph_.params.size()));
  graph_.params.push_back(
      {node.name, {x.channels()}, ParamKind::LayerScale, {Init::Kind::Constant, initial}, y.node()});
  return y;
}

Value GraphBuilder::activation(const LayerName& name, Value x, Activation kind) {
  return append(name, ActivationOp{kind}, {x.node()}, x.shape());
}

Value GraphBuilder::max_pool(const LayerName& name, Value x, const MaxPoolOptions& options) {
  return append(name, MaxPoolOp{options.kernel, options.stride, options.padding}, {x.node()},
                window_shape(x.shape(), x.channels(), options.kernel, options.stride, options.padding));
}

Value GraphBuilder::leaky_relu(const LayerName& name, Value x, float slope) {
  return append(name, ActivationOp{Activation::LeakyRelu, slope}, {x.node()}, x.shape());
}

Value GraphBuilder::avg_pool(const LayerName& name, Value x, const AvgPoolOptions& options) {
  const auto& [kernel, stride, padding, counts_padding] = options;
  require(padding.top == padding.bottom && padding.left == padding.right, ErrorKind::Internal,
          fmt::format("[graph] layer '{}{}' averages with uneven padding", prefix_, name.name));
  return append(name, AvgPoolOp{kernel, stride, padding, counts_padding}, {x.node()},
                window_shape(x.shape(), x.channels(), kernel, stride, padding));
}

Value GraphBuilder::adaptive_avg_pool(const LayerName& name, Value x, std::int64_t height,
                                      std::int64_t width) {
  return append(name, AdaptiveAvgPoolOp{height, width}, {x.node()}, {x.channels(), height, width});
}

Value GraphBuilder::global_avg_pool(const LayerName& name, Value x) {
  return append(name, GlobalAvgPoolOp{}, {x.node()}, {x.channels(), 1, 1});
}

Value GraphBuilder::add(const LayerName& name, Value a, Value b) {
  require(a.shape() == b.shape(), ErrorKind::Internal,
          fmt::format("[graph] layer '{}{}' adds {} to {}", prefix_, name.name, to_string(b.shape()),
                      to_string(a.shape())));
  return append(name, AddOp{}, {a.node(), b.node()}, a.shape());
}

Value GraphBuilder::mul(const LayerName& name, Value x, Value gates) {
  require(gates.shape() == x.shape() || gates.shape() == Shape{x.channels()}, ErrorKind::Internal,
          fmt::format("[graph] layer '{}{}' multiplies {} by {}", prefix_, name.name, to_string(x.shape()),
                      to_string(gates.shape())));
  return append(name, MulOp{}, {x.node(), gates.node()}, x.shape());
}

Value GraphBuilder::concat(const LayerName& name, const std::vector<Value>& parts) {
  require(!parts.empty(), ErrorKind::Internal,
          fmt::format("[graph] layer '{}{}' joins nothing", prefix_, name.name));
  Shape shape = parts.front().shape();
  shape.channels = 0;
  std::vector<NodeId> inputs;
  for (const Value& part : parts) {
    require(part.shape().height == shape.height && part.shape().width == shape.width, ErrorKind::Internal,
            fmt::format("[graph] layer '{}{}' joins {} to {}", prefix_, name.name, to_string(part.shape()),
                        to_string(parts.front().shape())));
    shape.channels += part.channels();
    inputs.push_back(part.node());
  }
  return append(name, ConcatOp{}, std::move(inputs), shape);
}

Value GraphBuilder::rescale(const LayerName& name, Value x, const std::array<float, 3>& scale,
                            const std::array<float, 3>& shift) {
  require(x.channels() == 3, ErrorKind::Internal,
          fmt::format("[graph] layer '{}{}' rescales {}", prefix_, name.name, to_string(x.shape())));
  return append(name, RescaleOp{scale, shift}, {x.node()}, x.shape());
}

Value GraphBuilder::normalization(const LayerName& name, Value x) {
  const Value y = append(name, NormalizationOp{}, {x.node()}, x.shape());
  param(y, "mean", {x.channels()}, ParamKind::RunningMean, {});
  param(y, "variance", {x.channels()}, ParamKind::RunningVar, {Init::Kind::Constant, 1.f});
  return y;
}

Value GraphBuilder::flatten(const LayerName& name, Value x) {
  return append(name, FlattenOp{}, {x.node()}, {x.shape().size(), 1, 1});
}

Value GraphBuilder::left_out(const LayerName& name, Value x, const char* type) {
  if (!name.keras.empty()) keras_layer(x, name.keras, name.keras_type.empty() ? type : name.keras_type);
  return x;
}

Value GraphBuilder::dropout(const LayerName& name, Value x, double rate) {
  if (rate == 0) return left_out(name, x, "Dropout");
  return append(name, DropoutOp{static_cast<float>(rate)}, {x.node()}, x.shape());
}

Value GraphBuilder::drop_path(const LayerName& name, Value x, double rate) {
  if (rate == 0) return left_out(name, x, "Dropout");
  return append(name, DropPathOp{static_cast<float>(rate)}, {x.node()}, x.shape());
}

Graph GraphBuilder::finish(Value features, Value logits, std::string head_scope,
                           std::string published_head_scope) {
  require(logits.shape().is_vector(), ErrorKind::Internal,
          fmt::format("[graph] the logits are a map of {}", to_string(logits.shape())));
  graph_.features = features.node();
  graph_.output = logits.node();
  graph_.published_head_scope = published_head_scope.empty() ? head_scope : std::move(published_head_scope);
  graph_.head_scope = std::move(head_scope);
  std::set<std::string_view> names;
  for (const Node& node : graph_.nodes) {
    require(names.insert(node.name).second, ErrorKind::Internal,
            fmt::format("[graph] two layers are named '{}'", node.name));
  }
  return std::move(graph_);
}

}  // namespace giemsa
