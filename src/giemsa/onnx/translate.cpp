#include "giemsa/onnx/translate.h"

#include <map>
#include <tuple>
#include <utility>

#include "giemsa/infer/fold.h"
#include "giemsa/onnx/compound_ops.h"
#include "giemsa/onnx/folding.h"
#include "giemsa/onnx/integer_form.h"
#include "giemsa/onnx/integer_ops.h"
#include "giemsa/onnx/layouts.h"

namespace giemsa {
namespace {

using Integers = std::vector<std::int64_t>;

Integers sides(const Extent& extent) { return {extent.height, extent.width}; }
Integers pads(const Padding& p) { return {p.top, p.left, p.bottom, p.right}; }

class Translator {
 public:
  Translator(const Graph& graph, const StateDict& weights, const Folding& folding,
             const IntegerForm& integers, Emitter& emitter)
      : graph_(graph),
        weights_(weights),
        folding_(folding),
        integers_(integers),
        emit_(emitter),
        layouts_(graph, emitter) {}

  TranslatedNetwork run(const std::string& images, bool features) {
    layouts_.set(0, Layout::Map, images);
    for (NodeId id = 1; id < static_cast<NodeId>(graph_.nodes.size()); ++id) {
      if (!folding_.needed[id]) continue;
      const Node& node = graph_.nodes[id];
      if (folding_.into[id] >= 0) {
        layouts_.alias(id, folding_.into[id]);
      } else {
        std::visit([&](const auto& op) { translate(id, node, op); }, node.op);
      }
      if (const auto& code = integers_.rounds[id]) {
        layouts_.set(id, layouts_.own(id), rounded(node.name + "/rounded", layouts_.value(id), *code));
      }
    }
    return {layouts_.value(graph_.output, Layout::Rows), features ? mean_features() : ""};
  }

 private:
  std::string mean_features() {
    const NodeId id = graph_.features;
    if (graph_.nodes[id].shape.is_vector()) return layouts_.value(id, Layout::Rows);
    const std::string mean = emit_.node("GlobalAveragePool", "features", {layouts_.value(id, Layout::Map)});
    return emit_.flatten("features", mean);
  }

  const std::string& first(const Node& node, Layout layout) { return layouts_.value(node.inputs[0], layout); }
  /// The value of its first input in the layout that it has.
  const std::string& first(const Node& node) { return layouts_.value(node.inputs[0]); }
  Layout own(const Node& node) const { return layouts_.own(node.inputs[0]); }

  /// x turned into bytes and back, once for each code.
  std::string rounded(const std::string& name, const std::string& x, ByteCode code) {
    const auto key = [code](const std::string& value) { return std::tuple(value, code.scale, code.zero); };
    std::string& value = rounded_[key(x)];
    if (value.empty()) {
      value = emit_rounded(emit_, name, x, code);
      rounded_[key(value)] = value;  // again would change nothing
    }
    return value;
  }

  /// What a convolution or dense layer reads: its first input, weight, and bias where it has one.
  std::vector<std::string> weighted_inputs(NodeId id, const Node& node, Layout layout,
                                           const ScaledLayer& layer) {
    std::vector<std::string> inputs = {first(node, layout)};
    if (const auto& reads = integers_.reads[id]) {
      inputs[0] = rounded(node.name + "/input", inputs[0], *reads);
      const std::vector<std::string> more = emit_integer_weights(emit_, node.name, layer, *reads);
      inputs.insert(inputs.end(), more.begin(), more.end());
      return inputs;
    }
    inputs.push_back(
        emit_.weights(node.name + ".weight", layer.weight.shape, [layer] { return layer.scaled(); }));
    if (!layer.bias.empty()) {
      inputs.push_back(emit_.floats(node.name + ".bias", {node.shape.channels}, layer.bias));
    }
    return inputs;
  }

  /// A node that keeps the layout of its first input.
  void keep(NodeId id, const Node& node, std::string value) { layouts_.set(id, own(node), std::move(value)); }

  /// A parameter as it is in the model, [C].
  std::string param(const Node& node, std::size_t index) {
    param_values(graph_, node, index, weights_);  // checks that it is there, in its shape
    const Param& param = graph_.params[node.params[index]];
    const HostTensor tensor = weights_.at(param.name);
    return emit_.weights(param.name, param.shape, [tensor] { return tensor; });
  }

  /// A number for each channel, so shaped that it meets maps of the layout.
  std::string per_channel(const std::string& name, Layout layout, std::vector<float> values) {
    const auto channels = static_cast<std::int64_t>(values.size());
    const auto shape = layout == Layout::Map ? Integers{1, channels, 1, 1} : Integers{channels};
    return emit_.floats(name, shape, std::move(values));
  }

  void translate(NodeId, const Node&, const InputOp&) {}

  void translate(NodeId id, const Node& node, const ConvOp& op) {
    const ScaledLayer layer = scaled_layer(graph_, node, folding_.scales[id], weights_);
    layouts_.set(id, Layout::Map,
                 emit_.node("Conv", node.name, weighted_inputs(id, node, Layout::Map, layer),
                            {{"kernel_shape", sides(op.kernel)},
                             {"strides", sides(op.stride)},
                             {"pads", pads(op.padding)},
                             {"group", op.groups}}));
  }

  void translate(NodeId id, const Node& node, const LinearOp& op) {
    ScaledLayer layer = scaled_layer(graph_, node, folding_.scales[id], weights_);
    layer.bias.resize(static_cast<std::size_t>(op.out_features));  // opset 10 asks for one
    layouts_.set(id, Layout::Rows,
                 emit_.node("Gemm", node.name, weighted_inputs(id, node, Layout::Rows, layer),
                            {{"transB", std::int64_t{1}}}));
  }

  void translate(NodeId id, const Node& node, const BatchNormOp& op) {
    std::vector<std::string> inputs = {first(node, Layout::Map)};
    const auto channels = node.shape.channels;
    if (!op.scales) {
      inputs.push_back(emit_.floats(node.name + ".weight", {channels},
                                    std::vector<float>(static_cast<std::size_t>(channels), 1.f)));
    }
    for (std::size_t p = 0; p < node.params.size(); ++p) inputs.push_back(param(node, p));
    layouts_.set(id, Layout::Map,
                 emit_.node("BatchNormalization", node.name, std::move(inputs), {{"epsilon", op.epsilon}}));
  }

  void translate(NodeId id, const Node& node, const LayerNormOp& op) {
    layouts_.set(id, Layout::Rows,
                 emit_layer_norm(emit_, node.name, op.epsilon, node.shape.channels, first(node, Layout::Rows),
                                 param(node, 0), param(node, 1)));
  }

  void scale_channels(NodeId id, const Node& node) {
    const ChannelScale by = channel_scale(graph_, node, weights_);
    const std::string scaled =
        emit_.node("Mul", node.name, {first(node), per_channel(node.name + "/scale", own(node), by.scale)});
    keep(id, node,
         emit_.node("Add", node.name, {scaled, per_channel(node.name + "/shift", own(node), by.shift)}));
  }
  void translate(NodeId id, const Node& node, const RescaleOp&) { scale_channels(id, node); }
  void translate(NodeId id, const Node& node, const NormalizationOp&) { scale_channels(id, node); }
  void translate(NodeId id, const Node& node, const LayerScaleOp&) {
    const ChannelScale by = channel_scale(graph_, node, weights_);
    keep(id, node,
         emit_.node("Mul", node.name, {first(node), per_channel(node.name + "/scale", own(node), by.scale)}));
  }

  void translate(NodeId id, const Node& node, const ActivationOp& op) {
    keep(id, node, emit_activation(emit_, node.name, op, first(node)));
  }

  void translate(NodeId id, const Node& node, const MaxPoolOp& op) {
    layouts_.set(
        id, Layout::Map,
        emit_.node(
            "MaxPool", node.name, {first(node, Layout::Map)},
            {{"kernel_shape", sides(op.kernel)}, {"strides", sides(op.stride)}, {"pads", pads(op.padding)}}));
  }

  /// Padding that counts is laid around the map before: OpenCV 4.6 passes over count_include_pad.
  void translate(NodeId id, const Node& node, const AvgPoolOp& op) {
    std::string map = first(node, Layout::Map);
    Padding padding = op.padding;
    if (op.counts_padding && padding != Padding{}) {
      const auto [top, left, bottom, right] = std::exchange(padding, {});
      map = emit_.pad(node.name, map, {0, 0, top, left, 0, 0, bottom, right});
    }
    layouts_.set(
        id, Layout::Map,
        emit_.node(
            "AveragePool", node.name, {map},
            {{"kernel_shape", sides(op.kernel)}, {"strides", sides(op.stride)}, {"pads", pads(padding)}}));
  }

  void translate(NodeId id, const Node& node, const AdaptiveAvgPoolOp&) {
    layouts_.set(id, Layout::Map,
                 emit_adaptive_avg_pool(emit_, node.name, graph_.nodes[node.inputs[0]].shape, node.shape,
                                        first(node, Layout::Map)));
  }

  void translate(NodeId id, const Node& node, const GlobalAvgPoolOp&) {
    layouts_.set(id, Layout::Map, emit_.node("GlobalAveragePool", node.name, {first(node, Layout::Map)}));
  }

  void join(const char* op, NodeId id, const Node& node) {
    const auto [a, b] = std::pair(node.inputs[0], node.inputs[1]);
    const Layout layout = layouts_.own(a) == layouts_.own(b) ? layouts_.own(a) : Layout::Map;
    layouts_.set(id, layout,
                 emit_.node(op, node.name, {layouts_.value(a, layout), layouts_.value(b, layout)}));
  }
  void translate(NodeId id, const Node& node, const AddOp&) { join("Add", id, node); }
  void translate(NodeId id, const Node& node, const MulOp&) { join("Mul", id, node); }

  void translate(NodeId id, const Node& node, const ConcatOp&) {
    std::vector<std::string> parts;
    for (const NodeId input : node.inputs) parts.push_back(layouts_.value(input, Layout::Map));
    layouts_.set(id, Layout::Map,
                 emit_.node("Concat", node.name, std::move(parts), {{"axis", std::int64_t{1}}}));
  }

  void translate(NodeId id, const Node& node, const FlattenOp&) {
    if (graph_.nodes[node.inputs[0]].shape.is_vector()) {
      layouts_.alias(id, node.inputs[0]);
      return;
    }
    layouts_.set(id, Layout::Rows, emit_.flatten(node.name, first(node, Layout::Map)));
  }

  void translate(NodeId id, const Node& node, const DropoutOp&) { layouts_.alias(id, node.inputs[0]); }
  void translate(NodeId id, const Node& node, const DropPathOp&) { layouts_.alias(id, node.inputs[0]); }

  const Graph& graph_;
  const StateDict& weights_;
  const Folding& folding_;
  const IntegerForm& integers_;
  Emitter& emit_;
  Layouts layouts_;
  /// By value and code.
  std::map<std::tuple<std::string, float, std::uint8_t>, std::string> rounded_;
};

}  // namespace

TranslatedNetwork translate(const Graph& graph, const StateDict& weights, const std::string& images,
                            bool features, Emitter& emitter, const Quantization* quantization) {
  std::vector<NodeId> outputs = {graph.output};
  if (features) outputs.push_back(graph.features);
  const Folding folding(graph, outputs);
  const IntegerForm integers = integer_form(graph, quantization ? *quantization : Quantization{}, outputs);
  return Translator(graph, weights, folding, integers, emitter).run(images, features);
}

}  // namespace giemsa
