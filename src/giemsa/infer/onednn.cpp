#include "giemsa/infer/onednn.h"

#include <omp.h>
#include <dnnl.hpp>

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "giemsa/core/error.h"

namespace giemsa::onednn {

namespace {

using dnnl::memory;
using Tag = memory::format_tag;
constexpr auto kInference = dnnl::prop_kind::forward_inference;

/// The processor; asking for it does not wake oneDNN's GPU side.
const dnnl::engine& cpu() {
  static const dnnl::engine engine(dnnl::engine::kind::cpu, 0);
  return engine;
}

memory::desc floats(const memory::dims& dims, Tag tag) { return {dims, memory::data_type::f32, tag}; }
memory::desc map(const Shape& shape, std::int64_t pictures = 1) {
  return floats({pictures, shape.channels, shape.height, shape.width}, Tag::nhwc);
}
/// [N · H · W, C].
memory::desc rows(const Shape& shape, std::int64_t pictures = 1) {
  return floats({pictures * shape.height * shape.width, shape.channels}, Tag::ab);
}

/// A function as oneDNN says it: an algorithm with up to two numbers.
struct Eltwise {
  dnnl::algorithm algorithm;
  float alpha, beta;
};
/// An activation as one such function after the other.
std::vector<Eltwise> eltwise(const ActivationOp& op) {
  using dnnl::algorithm;
  switch (op.kind) {
    case Activation::Relu:
      return {{algorithm::eltwise_relu, 0.f, 0.f}};
    case Activation::Relu6:
      return {{algorithm::eltwise_clip, 0.f, 6.f}};
    case Activation::LeakyRelu:
      return {{algorithm::eltwise_relu, op.slope, 0.f}};
    case Activation::Gelu:
      return {{algorithm::eltwise_gelu_erf, 0.f, 0.f}};
    case Activation::Silu:
      return {{algorithm::eltwise_swish, 1.f, 0.f}};
    case Activation::HardSwish:  // version 2 has these numbers built in
      return {{algorithm::eltwise_hardswish, 1.f / 6, 0.5f}};
    case Activation::HardSigmoid:
      return {{algorithm::eltwise_linear, 1.f / 6, 0.5f}, {algorithm::eltwise_clip, 0.f, 1.f}};
    case Activation::Sigmoid:
      return {{algorithm::eltwise_logistic, 0.f, 0.f}};
  }
  throw Error(ErrorKind::Internal, "[infer] unknown activation");
}

void append(dnnl::post_ops& post, const Eltwise& function) {
#if DNNL_VERSION_MAJOR >= 3
  post.append_eltwise(function.algorithm, function.alpha, function.beta);
#else
  post.append_eltwise(1.f, function.algorithm, function.alpha, function.beta);
#endif
}

/// The caller's thread owns the scratchpad: the primitives themselves are shared.
dnnl::primitive_attr attributes(const dnnl::post_ops& post = {}) {
  dnnl::primitive_attr attr;
  attr.set_scratchpad_mode(dnnl::scratchpad_mode::user);
  attr.set_post_ops(post);
  return attr;
}

dnnl::primitive_attr attributes(const Fusion& fusion) {
  dnnl::post_ops post;
  if (fusion.adds_residual) post.append_sum(1.f);
  if (fusion.activation) {
    for (const Eltwise& function : eltwise(*fusion.activation)) append(post, function);
  }
  return attributes(post);
}

/// The primitive's description from what the two major versions agree on.
template <class Primitive, class... Args>
typename Primitive::primitive_desc describe(const dnnl::primitive_attr& attr, const Args&... args) {
#if DNNL_VERSION_MAJOR >= 3
  return {cpu(), args..., attr};
#else
  return {typename Primitive::desc(args...), attr, cpu()};
#endif
}

/// oneDNN takes `void*` also for what it only reads.
memory view(const memory::desc& desc, const float* data) { return {desc, cpu(), const_cast<float*>(data)}; }

memory reordered(memory source, const memory::desc& to) {
  memory target(to, cpu());
  dnnl::stream stream(cpu());
  dnnl::reorder(source, target).execute(stream, source, target);
  stream.wait();
  return target;
}

memory packed(std::span<const float> values, const memory::desc& from, const memory::desc& to) {
  return reordered(view(from, values.data()), to);
}

using Constants = std::vector<std::pair<int, memory>>;

/// A primitive with the memory of one workspace.
class Bound {
 public:
  Bound(dnnl::primitive primitive, std::vector<std::pair<int, memory>> memories)
      : primitive_(std::move(primitive)), stream_(cpu()), memories_(std::move(memories)) {
    for (const auto& [id, held] : memories_) args_.push_back({id, held.get()});
  }

  void run() {
    // The C++ call builds a hash map per execution; with the networks' small layers that shows.
    const auto status =
        dnnl_primitive_execute(primitive_.get(), stream_.get(), static_cast<int>(args_.size()), args_.data());
    require(status == dnnl_success, ErrorKind::Internal,
            std::string("[infer] oneDNN failed to run a step, status ") + std::to_string(status));
  }

 private:
  dnnl::primitive primitive_;
  dnnl::stream stream_;
  std::vector<std::pair<int, memory>> memories_;
  std::vector<dnnl_exec_arg_t> args_;
};

template <class Primitive>
CompiledStep compiled(const typename Primitive::primitive_desc& desc, Constants constants) {
  const auto scratchpad = desc.scratchpad_desc();
  return {scratchpad.get_size(),
          [=, primitive = Primitive(desc), source = desc.src_desc(),
           target = desc.dst_desc()](const Buffers& buffers) -> Call {
            Constants all = constants;
            all.emplace_back(DNNL_ARG_SRC, view(source, buffers.inputs[0]));
            all.emplace_back(DNNL_ARG_DST, view(target, buffers.output));
            all.emplace_back(DNNL_ARG_SCRATCHPAD, memory(scratchpad, cpu(), buffers.scratchpad));
            return [bound = std::make_shared<Bound>(primitive, std::move(all))] { bound->run(); };
          }};
}

/// Runs `make` with oneDNN's errors turned into ours.
template <class Make>
CompiledStep guarded(const char* what, Make make) {
  try {
    return make();
  } catch (const dnnl::error& error) {
    throw Error(ErrorKind::Internal,
                std::string("[infer] oneDNN cannot compile this ") + what + ": " + error.message);
  }
}

}  // namespace

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
  const memory weights = packed(weight, weight_desc, desc.weights_desc());
  const memory biases = packed(bias, bias_desc, bias_desc);
  CompiledStep step = compiled<Primitive>(desc, {{DNNL_ARG_WEIGHTS, weights}, {DNNL_ARG_BIAS, biases}});
  step.several = [=](std::size_t pictures) {
    return guarded(what, [&] {
      const auto many = describe_for(static_cast<std::int64_t>(pictures));
      const bool same = many.weights_desc() == weights.get_desc();
      return compiled<Primitive>(
          many, {{DNNL_ARG_WEIGHTS, same ? weights : reordered(weights, many.weights_desc())},
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
    const bool grouped = op.groups > 1;
    memory::dims dims{out.channels / op.groups, in.channels / op.groups, op.kernel.height, op.kernel.width};
    if (grouped) dims.insert(dims.begin(), op.groups);
    const memory::dims strides{op.stride.height, op.stride.width};
    const memory::dims before{op.padding.top, op.padding.left}, after{op.padding.bottom, op.padding.right};
    const auto describe_for = [=](std::int64_t pictures) {
      return describe<Conv>(attributes(fusion), kInference, dnnl::algorithm::convolution_direct,
                            map(in, pictures), floats(dims, Tag::any), floats({out.channels}, Tag::x),
                            map(out, pictures), strides, before, after);
    };
    CompiledStep step = weighted<Conv>("convolution", describe_for, weight,
                                       floats(dims, grouped ? Tag::goihw : Tag::oihw), bias);
    if (grouped) step.several = {};
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
                          Constants all{{DNNL_ARG_DIFF_DST, view(values, buffers.inputs[0])},
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
CompiledStep pool(const Shape& in, const Shape& out, const PoolOp& op, dnnl::algorithm algorithm) {
  return guarded("pooling", [&] {
    using Pool = dnnl::pooling_forward;
    const memory::dims kernel{op.kernel.height, op.kernel.width}, strides{op.stride.height, op.stride.width};
    const memory::dims before{op.padding.top, op.padding.left}, after{op.padding.bottom, op.padding.right};
#if DNNL_VERSION_MAJOR >= 3
    const memory::dims dilation{0, 0};
    const auto desc = describe<Pool>(attributes(), kInference, algorithm, map(in), map(out), strides, kernel,
                                     dilation, before, after);
#else
    const auto desc = describe<Pool>(attributes(), kInference, algorithm, map(in), map(out), strides, kernel,
                                     before, after);
#endif
    return compiled<Pool>(desc, {});
  });
}

}  // namespace

CompiledStep max_pool(const Shape& in, const Shape& out, const MaxPoolOp& op) {
  return pool(in, out, op, dnnl::algorithm::pooling_max);
}

CompiledStep avg_pool(const Shape& in, const Shape& out, const AvgPoolOp& op) {
  return pool(in, out, op,
              op.counts_padding ? dnnl::algorithm::pooling_avg_include_padding
                                : dnnl::algorithm::pooling_avg_exclude_padding);
}

}  // namespace giemsa::onednn
