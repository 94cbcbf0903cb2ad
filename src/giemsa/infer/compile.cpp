#include "giemsa/infer/compile.h"

#include <memory>

#include "giemsa/core/error.h"
#include "giemsa/infer/amx_convolution.h"
#include "giemsa/infer/depthwise_int8.h"
#include "giemsa/infer/fold.h"
#include "giemsa/infer/kernels.h"
#include "giemsa/infer/onednn.h"
#include "giemsa/infer/window_product.h"

namespace giemsa {

namespace {

/// A step of plain code: work(buffers).
template <class Work>
CompiledStep plain(Work work) {
  return {0, [work](const Buffers& buffers) -> Call { return [work, buffers] { work(buffers); }; }};
}

/// A factor and a shift for each channel, with nothing before it to fold into.
CompiledStep scaling(const Graph& graph, const Node& node, const StateDict& weights) {
  const auto by = std::make_shared<const ChannelScale>(channel_scale(graph, node, weights));
  return plain([by, positions = node.shape.height * node.shape.width](const Buffers& b) {
    scale_channels(b.inputs[0], by->scale, by->shift, positions, b.output);
  });
}

}  // namespace

CompiledStep compile_step(const Graph& graph, const Plan& plan, const Step& step, const StateDict& weights) {
  const Node& node = graph.nodes[step.node];
  const auto storage_of = [&](int s) { return s >= 0 ? plan.steps[s].storage : Storage{}; };
  const Storage source = step.inputs.empty() ? Storage{} : storage_of(step.inputs[0]);
  const Shape in = node.inputs.empty() ? node.shape : graph.nodes[node.inputs[0]].shape;
  const onednn::Fusion fusion{step.residual >= 0, step.activation};
  const auto values = [&](std::size_t index) { return param_values(graph, node, index, weights); };
  const auto int8 = [&] {
    return onednn::Int8{*step.int8, source.is_float(), storage_of(step.residual), step.storage};
  };
  const auto left_out = [&]() -> CompiledStep {
    throw Error(ErrorKind::Internal, "[infer] layer '" + node.name + "' is no work of its own");
  };
  return std::visit(
      Overloaded{
          [&](const InputOp&) { return left_out(); },
          [&](const ConvOp& op) {
            const FoldedWeights folded = fold_weights(graph, step, weights);
            if (step.int8) {
              if (auto own = fusion.adds_residual
                                 ? std::nullopt
                                 : depthwise_int8(in, node.shape, op, folded.weight(), folded.bias,
                                                  step.activation, source, step.storage))
                return *own;
              return onednn::convolution_int8(in, node.shape, op, folded.weight(), folded.bias, fusion,
                                              int8());
            }
            for (const auto way : {amx_convolution, window_product}) {
              if (auto own = way(in, node.shape, op, folded.weight(), folded.bias, fusion)) return *own;
            }
            return onednn::convolution(in, node.shape, op, folded.weight(), folded.bias, fusion);
          },
          [&](const LinearOp& op) {
            const FoldedWeights folded = fold_weights(graph, step, weights);
            if (step.int8)
              return onednn::dense_int8(in, node.shape, folded.weight(), folded.bias, fusion, int8());
            const ConvOp pointwise{op.out_features, {1}, {1}, {}, 1, true};
            if (auto own = amx_convolution(in, node.shape, pointwise, folded.weight(), folded.bias, fusion))
              return *own;
            return onednn::dense(in, node.shape, folded.weight(), folded.bias, fusion);
          },
          [&](const BatchNormOp&) { return scaling(graph, node, weights); },
          [&](const LayerNormOp& op) { return onednn::layer_norm(in, op, values(0), values(1)); },
          [&](const LayerScaleOp&) { return scaling(graph, node, weights); },
          [&](const ActivationOp& op) { return onednn::activation(in, op); },
          [&](const MaxPoolOp& op) { return onednn::max_pool(in, node.shape, op, source); },
          [&](const AvgPoolOp& op) { return onednn::avg_pool(in, node.shape, op); },
          [&](const AdaptiveAvgPoolOp&) {
            return plain([in, out = node.shape](const Buffers& b) {
              adaptive_avg_pool(b.inputs[0], in, out, b.output);
            });
          },
          [&](const GlobalAvgPoolOp&) {
            return plain(
                [in, source](const Buffers& b) { global_avg_pool(b.inputs[0], in, source, b.output); });
          },
          [&](const AddOp&) {
            return plain([in](const Buffers& b) { add(b.inputs[0], b.inputs[1], in.size(), b.output); });
          },
          [&](const MulOp&) {
            const bool gates = graph.nodes[node.inputs[1]].shape != in;
            return plain([in, gates](const Buffers& b) {
              const std::int64_t positions = in.height * in.width;
              if (gates) {
                multiply_channels(b.inputs[0], b.inputs[1], in.channels, positions, b.output);
              } else {
                multiply(b.inputs[0], b.inputs[1], in.size(), b.output);
              }
            });
          },
          [&](const ConcatOp&) {
            std::vector<std::int64_t> channels;
            for (const NodeId input : node.inputs) channels.push_back(graph.nodes[input].shape.channels);
            return plain([channels, positions = in.height * in.width](const Buffers& b) {
              concat(b.inputs, channels, positions, b.output);
            });
          },
          [&](const RescaleOp&) { return scaling(graph, node, weights); },
          [&](const NormalizationOp&) { return scaling(graph, node, weights); },
          [&](const FlattenOp&) {
            return plain([in](const Buffers& b) { flatten(b.inputs[0], in, b.output); });
          },
          [&](const DropoutOp&) { return left_out(); },
          [&](const DropPathOp&) { return left_out(); },
      },
      node.op);
}

}  // namespace giemsa
