#include "giemsa/infer/onednn.h"

#include <omp.h>

#include "giemsa/infer/onednn_primitives.h"

namespace giemsa::onednn {

OneThread::OneThread() : before_(omp_get_max_threads()) { omp_set_num_threads(1); }
OneThread::~OneThread() { omp_set_num_threads(before_); }

namespace {

/// A primitive with weights and bias, for one picture and, on request, for several. describe_for(pictures) →
/// its description.
template <class Primitive, class Describe>
CompiledStep weighted(const char* what, const Describe& describe_for, std::span<const float> weight,
                      const memory::desc& weight_desc, std::span<const float> bias) {
  const memory::desc bias_desc = floats({static_cast<std::int64_t>(bias.size())}, Tag::x);
  const auto desc = describe_for(1);
  const Packed weights = packed(weight, weight_desc, desc.weights_desc());
  const Packed biases = packed(bias, bias_desc, bias_desc);
  CompiledStep step = compiled<Primitive>(desc, {{DNNL_ARG_WEIGHTS, weights}, {DNNL_ARG_BIAS, biases}});
  step.several = [=](std::size_t pictures) {
    return guarded(what, [&] {
      const auto many = describe_for(static_cast<std::int64_t>(pictures));
      const bool same = many.weights_desc() == weights.values.get_desc();
      return compiled<Primitive>(
          many, {{DNNL_ARG_WEIGHTS, same ? weights : reordered(weights.values, many.weights_desc())},
                 {DNNL_ARG_BIAS, biases}});
    });
  };
  return step;
}

}  // namespace

CompiledStep convolution(const Shape& in, const Shape& out, const ConvOp& op, std::span<const float> weight,
                         std::span<const float> bias, const Fusion& fusion) {
  return guarded("convolution", [&] {
    using Conv = dnnl::convolution_forward;
    const ConvDims dims(in, out, op);
    const auto describe_for = [=](std::int64_t pictures) {
      return describe<Conv>(attributes(fusion), kInference, dnnl::algorithm::convolution_direct,
                            map(in, pictures), floats(dims.weights, Tag::any), floats({out.channels}, Tag::x),
                            map(out, pictures), dims.strides, dims.before, dims.after);
    };
    CompiledStep step =
        weighted<Conv>("convolution", describe_for, weight, floats(dims.weights, dims.plain_tag()), bias);
    if (dims.grouped) step.several = {};
    return step;
  });
}

CompiledStep dense(const Shape& in, const Shape& out, std::span<const float> weight,
                   std::span<const float> bias, const Fusion& fusion) {
  return guarded("dense layer", [&] {
    using Dense = dnnl::inner_product_forward;
    const memory::dims dims{out.channels, in.channels};
    const auto describe_for = [=](std::int64_t pictures) {
      return describe<Dense>(attributes(fusion), kInference, rows(in, pictures), floats(dims, Tag::any),
                             floats({out.channels}, Tag::x), rows(out, pictures));
    };
    return weighted<Dense>("dense layer", describe_for, weight, floats(dims, Tag::ab), bias);
  });
}

CompiledStep convolution_backward(const Shape& in, const Shape& out, const ConvOp& op,
                                  std::span<const float> weight) {
  // The gradient of the input is a deconvolution by the same weights, with the two kinds of channel swapped.
  return guarded("convolution backwards", [&] {
    using Deconv = dnnl::deconvolution_forward;
    const bool grouped = op.groups > 1;
    memory::dims dims{in.channels / op.groups, out.channels / op.groups, op.kernel.height, op.kernel.width};
    if (grouped) dims.insert(dims.begin(), op.groups);
    const memory::dims strides{op.stride.height, op.stride.width};
    const memory::dims before{op.padding.top, op.padding.left}, after{op.padding.bottom, op.padding.right};
    const auto desc = describe<Deconv>(attributes(), kInference, dnnl::algorithm::deconvolution_direct,
                                       map(out), floats(dims, Tag::any), map(in), strides, before, after);
    const memory::desc plain = floats(dims, grouped ? Tag::giohw : Tag::iohw);
    return compiled<Deconv>(desc, {{DNNL_ARG_WEIGHTS, packed(weight, plain, desc.weights_desc())}});
  });
}

CompiledStep dense_backward(const Shape& in, const Shape& out, std::span<const float> weight) {
  return guarded("dense layer backwards", [&] {
    using Dense = dnnl::inner_product_forward;
    const memory::dims dims{in.channels, out.channels};
    const auto desc = describe<Dense>(attributes(), kInference, rows(out), floats(dims, Tag::any), rows(in));
    return compiled<Dense>(desc,
                           {{DNNL_ARG_WEIGHTS, packed(weight, floats(dims, Tag::ba), desc.weights_desc())}});
  });
}

CompiledStep layer_norm(const Shape& shape, const LayerNormOp& op, std::span<const float> weight,
                        std::span<const float> bias) {
  return guarded("layer norm", [&] {
    using Norm = dnnl::layer_normalization_forward;
    const auto flags = dnnl::normalization_flags::use_scale | dnnl::normalization_flags::use_shift;
#if DNNL_VERSION_MAJOR >= 3
    const auto desc = describe<Norm>(attributes(), kInference, rows(shape), rows(shape), op.epsilon, flags);
#else
    const auto desc = describe<Norm>(attributes(), kInference, rows(shape), op.epsilon, flags);
#endif
    const memory::desc vector = floats({shape.channels}, Tag::x);
    return compiled<Norm>(desc, {{DNNL_ARG_SCALE, packed(weight, vector, vector)},
                                 {DNNL_ARG_SHIFT, packed(bias, vector, vector)}});
  });
}

CompiledStep activation(const Shape& shape, const ActivationOp& op) {
  return guarded("activation", [&] {
    using Forward = dnnl::eltwise_forward;
    const std::vector<Eltwise> functions = eltwise(op);
    const auto [algorithm, alpha, beta] = functions.front();
    dnnl::post_ops rest;
    for (std::size_t i = 1; i < functions.size(); ++i) append(rest, functions[i]);
#if DNNL_VERSION_MAJOR >= 3
    const auto desc =
        describe<Forward>(attributes(rest), kInference, algorithm, map(shape), map(shape), alpha, beta);
#else
    const auto desc = describe<Forward>(attributes(rest), kInference, algorithm, map(shape), alpha, beta);
#endif
    return compiled<Forward>(desc, {});
  });
}

CompiledStep activation_backward(const Shape& shape, const ActivationOp& op) {
  return guarded("activation backwards", [&] {
    using Forward = dnnl::eltwise_forward;
    using Backward = dnnl::eltwise_backward;
    const auto [algorithm, alpha, beta] = eltwise(op).front();
    const memory::desc values = map(shape);
#if DNNL_VERSION_MAJOR >= 3
    const Forward::primitive_desc forward(cpu(), dnnl::prop_kind::forward_training, algorithm, values, values,
                                          alpha, beta);
    const Backward::primitive_desc desc(cpu(), algorithm, values, values, values, alpha, beta, forward,
                                        attributes());
#else
    const Forward::primitive_desc forward(
        Forward::desc(dnnl::prop_kind::forward_training, algorithm, values, alpha, beta), cpu());
    const Backward::primitive_desc desc(Backward::desc(algorithm, values, values, alpha, beta), attributes(),
                                        cpu(), forward);
#endif
    const memory::desc scratchpad = desc.scratchpad_desc();
    return CompiledStep{scratchpad.get_size(),
                        [values, scratchpad, primitive = Backward(desc)](const Buffers& buffers) -> Call {
                          std::vector<std::pair<int, memory>> all{
                              {DNNL_ARG_DIFF_DST, view(values, buffers.inputs[0])},
                              {DNNL_ARG_SRC, view(values, buffers.inputs[1])},
                              {DNNL_ARG_DIFF_SRC, view(values, buffers.output)},
                              {DNNL_ARG_SCRATCHPAD, memory(scratchpad, cpu(), buffers.scratchpad)}};
                          return
                              [bound = std::make_shared<Bound>(primitive, std::move(all))] { bound->run(); };
                        }};
  });
}

namespace {

/// op: MaxPoolOp or AvgPoolOp.
template <class PoolOp>
CompiledStep pool(const Shape& in, const Shape& out, const PoolOp& op, dnnl::algorithm algorithm,
                  const Storage& storage = {}) {
  return guarded("pooling", [&] {
    using Pool = dnnl::pooling_forward;
    const memory::dims kernel{op.kernel.height, op.kernel.width}, strides{op.stride.height, op.stride.width};
    const memory::dims before{op.padding.top, op.padding.left}, after{op.padding.bottom, op.padding.right};
#if DNNL_VERSION_MAJOR >= 3
    const memory::dims dilation{0, 0};
    const auto desc = describe<Pool>(attributes(), kInference, algorithm, map(in, 1, storage.type),
                                     map(out, 1, storage.type), strides, kernel, dilation, before, after);
#else
    const auto desc = describe<Pool>(attributes(), kInference, algorithm, map(in, 1, storage.type),
                                     map(out, 1, storage.type), strides, kernel, before, after);
#endif
    return compiled<Pool>(desc, {});
  });
}

}  // namespace

CompiledStep max_pool(const Shape& in, const Shape& out, const MaxPoolOp& op, const Storage& storage) {
  return pool(in, out, op, dnnl::algorithm::pooling_max, storage);
}

CompiledStep avg_pool(const Shape& in, const Shape& out, const AvgPoolOp& op) {
  return pool(in, out, op,
              op.counts_padding ? dnnl::algorithm::pooling_avg_include_padding
                                : dnnl::algorithm::pooling_avg_exclude_padding);
}

}  // namespace giemsa::onednn
