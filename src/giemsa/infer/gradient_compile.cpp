#include "giemsa/infer/gradient_compile.h"

#include <algorithm>

#include "giemsa/core/error.h"
#include "giemsa/infer/fold.h"
#include "giemsa/infer/gradient_kernels.h"
#include "giemsa/infer/kernels.h"
#include "giemsa/infer/onednn.h"

namespace giemsa {

namespace {

/// A step of plain code: work(buffers).
template <class Work>
CompiledStep plain(Work work) {
  return {0, [work](const Buffers& buffers) -> Call { return [work, buffers] { work(buffers); }; }};
}

using Values = std::shared_ptr<const std::vector<float>>;

Values shared(std::vector<float> values) {
  return std::make_shared<const std::vector<float>>(std::move(values));
}

CompiledStep scaling(const Graph& graph, const Node& node, const StateDict& weights) {
  return plain([scale = shared(channel_scale(graph, node, weights).scale),
                positions = node.shape.height * node.shape.width](const Buffers& b) {
    multiply_channels(b.inputs[0], scale->data(), static_cast<std::int64_t>(scale->size()), positions,
                      b.output);
  });
}

CompiledStep convolution(const Shape& in, const Shape& out, const ConvOp& op, std::span<const float> weight) {
  if (op.groups != in.channels || op.groups != op.out_channels)
    return onednn::convolution_backward(in, out, op, weight);
  // [C, 1, kh, kw] → [kh · kw, C]. oneDNN 2.6 has no fast way back for these in this layout.
  const std::size_t channels = static_cast<std::size_t>(in.channels), taps = weight.size() / channels;
  std::vector<float> turned(weight.size());
  for (std::size_t c = 0; c < channels; ++c) {
    for (std::size_t t = 0; t < taps; ++t) turned[t * channels + c] = weight[c * taps + t];
  }
  return plain([in, out, op, kernel = shared(std::move(turned))](const Buffers& b) {
    depthwise_backward(b.inputs[0], in, out, op, *kernel, b.output);
  });
}

CompiledStep multiplication(const Graph& graph, const Node& node, int slot) {
  const Shape in = graph.nodes[node.inputs[0]].shape;
  const bool by_gates = graph.nodes[node.inputs[1]].shape != in;
  return plain([in, by_gates, slot](const Buffers& b) {
    const std::int64_t positions = in.height * in.width;
    if (!by_gates) return multiply(b.inputs[0], b.inputs[1], in.size(), b.output);
    if (slot == 0) return multiply_channels(b.inputs[0], b.inputs[1], in.channels, positions, b.output);
    gates_backward(b.inputs[0], b.inputs[1], in.channels, positions, b.output);
  });
}

CompiledStep part_of_concat(const Graph& graph, const Node& node, int slot) {
  std::int64_t first = 0;
  for (int i = 0; i < slot; ++i) first += graph.nodes[node.inputs[i]].shape.channels;
  const Shape part = graph.nodes[node.inputs[slot]].shape;
  return plain([all = node.shape.channels, first, part](const Buffers& b) {
    concat_backward(b.inputs[0], all, first, part.channels, part.height * part.width, b.output);
  });
}

/// In place.
CompiledStep clipping(const ActivationOp& op, std::int64_t size) {
  return plain([op, size](const Buffers& b) { activation_backward(op, b.inputs[1], size, b.output); });
}

CompiledStep activation(const Shape& shape, const ActivationOp& op) {
  if (!told_by_result(op)) return onednn::activation_backward(shape, op);
  return plain([op, size = shape.size()](const Buffers& b) {
    std::copy_n(b.inputs[0], size, b.output);
    activation_backward(op, b.inputs[1], size, b.output);
  });
}

CompiledStep operation(const Graph& graph, const Step& forward, int slot, const StateDict& weights) {
  const Node& node = graph.nodes[forward.node];
  const Shape in = graph.nodes[node.inputs[slot]].shape;
  const auto left_out = [&]() -> CompiledStep {
    throw Error(ErrorKind::Internal, "[infer] layer '" + node.name + "' has no way back of its own");
  };
  return std::visit(
      Overloaded{
          [&](const InputOp&) { return left_out(); },
          [&](const ConvOp& op) {
            return convolution(in, node.shape, op, fold_weights(graph, forward, weights).weight());
          },
          [&](const LinearOp&) {
            return onednn::dense_backward(in, node.shape, fold_weights(graph, forward, weights).weight());
          },
          [&](const BatchNormOp&) { return scaling(graph, node, weights); },
          [&](const LayerNormOp& op) {
            const auto weight = param_values(graph, node, 0, weights);
            return plain([in, op, scale = shared({weight.begin(), weight.end()})](const Buffers& b) {
              layer_norm_backward(b.inputs[0], b.inputs[1], in, op, *scale, b.output);
            });
          },
          [&](const LayerScaleOp&) { return scaling(graph, node, weights); },
          [&](const ActivationOp& op) { return activation(in, op); },
          [&](const MaxPoolOp& op) {
            return plain([in, out = node.shape, op](const Buffers& b) {
              max_pool_backward(b.inputs[0], b.inputs[1], in, out, op, b.output);
            });
          },
          [&](const AvgPoolOp& op) {
            return plain([in, out = node.shape, op](const Buffers& b) {
              avg_pool_backward(b.inputs[0], in, out, op, b.output);
            });
          },
          [&](const AdaptiveAvgPoolOp&) {
            return plain([in, out = node.shape](const Buffers& b) {
              adaptive_avg_pool_backward(b.inputs[0], in, out, b.output);
            });
          },
          [&](const GlobalAvgPoolOp&) {
            return plain([in](const Buffers& b) { global_avg_pool_backward(b.inputs[0], in, b.output); });
          },
          [&](const AddOp&) { return left_out(); },
          [&](const MulOp&) { return multiplication(graph, node, slot); },
          [&](const ConcatOp&) { return part_of_concat(graph, node, slot); },
          [&](const RescaleOp&) { return scaling(graph, node, weights); },
          [&](const NormalizationOp&) { return scaling(graph, node, weights); },
          [&](const FlattenOp&) {
            return plain([in](const Buffers& b) { flatten_backward(b.inputs[0], in, b.output); });
          },
          [&](const DropoutOp&) { return left_out(); },
          [&](const DropPathOp&) { return left_out(); },
      },
      node.op);
}

}  // namespace

CompiledStep compile_backward(const Graph& graph, const BackwardStep& backward, const Step& forward,
                              std::size_t size, const StateDict& weights) {
  switch (backward.work) {
    case BackwardStep::Work::Activation:
      return clipping(*forward.activation, static_cast<std::int64_t>(size));
    case BackwardStep::Work::Operation:
      return operation(graph, forward, backward.slot, weights);
    case BackwardStep::Work::Copy:
      return plain([size](const Buffers& b) { std::copy_n(b.inputs[0], size, b.output); });
    case BackwardStep::Work::Add:
      return plain(
          [size](const Buffers& b) { accumulate(b.inputs[0], static_cast<std::int64_t>(size), b.output); });
    case BackwardStep::Work::Seed:
      break;
  }
  throw Error(ErrorKind::Internal, "[infer] the seed of a gradient belongs to no step");
}

CompiledStep compile_seed(std::size_t classes, std::shared_ptr<const int> class_index) {
  return plain([classes, class_index = std::move(class_index)](const Buffers& b) {
    const float* logits = b.inputs[0];
    const auto named = static_cast<int>(std::max_element(logits, logits + classes) - logits);
    std::fill_n(b.output, classes, 0.f);
    b.output[*class_index < 0 ? named : *class_index] = 1.f;
  });
}

}  // namespace giemsa
