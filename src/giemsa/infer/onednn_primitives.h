#pragma once
#include <dnnl.hpp>

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "giemsa/core/error.h"
#include "giemsa/infer/huge_page_memory.h"
#include "giemsa/infer/onednn.h"

// What the files onednn*.cpp share; for no one else.
namespace giemsa::onednn {

using dnnl::memory;
using Tag = memory::format_tag;
constexpr auto kInference = dnnl::prop_kind::forward_inference;

/// The processor; asking for it does not wake oneDNN's GPU side.
inline const dnnl::engine& cpu() {
  static const dnnl::engine engine(dnnl::engine::kind::cpu, 0);
  return engine;
}

inline memory::desc floats(const memory::dims& dims, Tag tag) { return {dims, memory::data_type::f32, tag}; }
inline memory::data_type data_type(StorageType type) {
  switch (type) {
    case StorageType::Float:
      return memory::data_type::f32;
    case StorageType::Unsigned8:
      return memory::data_type::u8;
    case StorageType::Signed8:
      return memory::data_type::s8;
  }
  throw Error(ErrorKind::Internal, "[infer] unknown storage");
}
inline memory::desc map(const Shape& shape, std::int64_t pictures = 1,
                        StorageType type = StorageType::Float) {
  return {{pictures, shape.channels, shape.height, shape.width}, data_type(type), Tag::nhwc};
}
/// [N · H · W, C].
inline memory::desc rows(const Shape& shape, std::int64_t pictures = 1,
                         StorageType type = StorageType::Float) {
  return {{pictures * shape.height * shape.width, shape.channels}, data_type(type), Tag::ab};
}

/// A convolution's sizes as oneDNN takes them.
struct ConvDims {
  bool grouped;
  memory::dims weights;  ///< [O, C / groups, kh, kw], with the groups in front where there are several
  memory::dims strides, before, after;

  ConvDims(const Shape& in, const Shape& out, const ConvOp& op)
      : grouped(op.groups > 1),
        weights{out.channels / op.groups, in.channels / op.groups, op.kernel.height, op.kernel.width},
        strides{op.stride.height, op.stride.width},
        before{op.padding.top, op.padding.left},
        after{op.padding.bottom, op.padding.right} {
    if (grouped) weights.insert(weights.begin(), op.groups);
  }

  Tag plain_tag() const { return grouped ? Tag::goihw : Tag::oihw; }
};

/// A function as oneDNN says it: an algorithm with up to two numbers.
struct Eltwise {
  dnnl::algorithm algorithm;
  float alpha, beta;
};
/// An activation as one such function after the other.
inline std::vector<Eltwise> eltwise(const ActivationOp& op) {
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

inline void append(dnnl::post_ops& post, const Eltwise& function) {
#if DNNL_VERSION_MAJOR >= 3
  post.append_eltwise(function.algorithm, function.alpha, function.beta);
#else
  post.append_eltwise(1.f, function.algorithm, function.alpha, function.beta);
#endif
}

/// The caller's thread owns the scratchpad: the primitives themselves are shared.
inline dnnl::primitive_attr attributes(const dnnl::post_ops& post = {}) {
  dnnl::primitive_attr attr;
  attr.set_scratchpad_mode(dnnl::scratchpad_mode::user);
  attr.set_post_ops(post);
  return attr;
}

inline dnnl::primitive_attr attributes(const Fusion& fusion) {
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
inline memory view(const memory::desc& desc, const float* data) {
  return {desc, cpu(), const_cast<float*>(data)};
}

/// Values that a primitive keeps.
struct Packed {
  std::shared_ptr<std::byte[]> owner;
  memory values;
};

inline Packed reordered(memory source, const memory::desc& to) {
  auto owner = huge_page_memory(to.get_size());
  memory target(to, cpu(), owner.get());
  dnnl::stream stream(cpu());
  dnnl::reorder(source, target).execute(stream, source, target);
  stream.wait();
  return {std::move(owner), std::move(target)};
}

inline Packed packed(std::span<const float> values, const memory::desc& from, const memory::desc& to) {
  return reordered(view(from, values.data()), to);
}

using Constants = std::vector<std::pair<int, Packed>>;

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
            std::vector<std::pair<int, memory>> all;
            for (const auto& [id, constant] : constants) all.emplace_back(id, constant.values);
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

}  // namespace giemsa::onednn
