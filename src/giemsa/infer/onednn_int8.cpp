#include "giemsa/infer/behind.h"
#include "giemsa/infer/integer_weights.h"
#include "giemsa/infer/kernels.h"
#include "giemsa/infer/onednn_primitives.h"
#include "giemsa/infer/processor.h"

namespace giemsa::onednn {
namespace {

/// The largest integer of a weight. Processors without VNNI add two products in 16 bits, where 127 could
/// overflow.
float largest_weight() { return adds_byte_products_in_32_bits() ? 127.f : 63.f; }

/// acc · source · weight scale → real value, + residual, activation → result. oneDNN adds the bias to the sum
/// of integer products, before the scales.
dnnl::primitive_attr attributes(const Fusion& fusion, const Int8& int8,
                                const std::vector<float>& weight_scale) {
#if DNNL_VERSION_MAJOR >= 3
  throw Error(ErrorKind::Usage, "[infer] int8 is not there with this version of oneDNN", "oneDNN 2.6");
#else
  const float to_result = 1 / int8.result.scale;
  const float inside = fusion.activation ? 1 : to_result;  // what the sum's scale has to do already
  std::vector<float> scales;
  for (const float scale : weight_scale) scales.push_back(scale * int8.source.scale * inside);
  dnnl::post_ops post;
  if (fusion.adds_residual) post.append_sum(int8.residual.scale * inside, 0, data_type(int8.residual.type));
  if (fusion.activation) {
    const std::vector<Eltwise> functions = eltwise(*fusion.activation);
    for (std::size_t i = 0; i < functions.size(); ++i) {
      post.append_eltwise(i + 1 == functions.size() ? to_result : 1.f, functions[i].algorithm,
                          functions[i].alpha, functions[i].beta);
    }
  }
  dnnl::primitive_attr attr = onednn::attributes(post);
  attr.set_output_scales(1 << 1, scales);
  return attr;
#endif
}

}  // namespace

CompiledStep convolution_int8(const Shape& in, const Shape& out, const ConvOp& op,
                              std::span<const float> weight, std::span<const float> bias,
                              const Fusion& fusion, const Int8& int8) {
  using Conv = dnnl::convolution_forward;
  const ConvDims dims(in, out, op);
  const auto weights = std::make_shared<const IntegerWeights>(
      integer_weights(weight, static_cast<std::size_t>(out.channels), largest_weight()));
  const auto attr = attributes(fusion, int8, weights->scale);
  std::vector<float> in_products(bias.begin(), bias.end());
  for (std::size_t o = 0; o < bias.size(); ++o) in_products[o] /= weights->scale[o] * int8.source.scale;
  const memory::desc bias_desc = floats({out.channels}, Tag::x);
  const Packed biases = packed(in_products, bias_desc, bias_desc);
  const auto describe_for = [=](std::size_t pictures) {
    const auto count = static_cast<std::int64_t>(pictures);
    return describe<Conv>(attr, kInference, dnnl::algorithm::convolution_direct,
                          map(in, count, int8.source.type),
                          memory::desc(dims.weights, memory::data_type::s8, Tag::any), bias_desc,
                          map(out, count, int8.result.type), dims.strides, dims.before, dims.after);
  };
  const auto packed_as = [=](const memory::desc& layout) {
    const memory plain({dims.weights, memory::data_type::s8, dims.plain_tag()}, cpu(),
                       const_cast<std::int8_t*>(weights->values.data()));
    return reordered(plain, layout);
  };
  const auto step_of = [=](const Conv::primitive_desc& desc, const Packed& packed_weights,
                           std::size_t pictures) {
    const CompiledStep step =
        compiled<Conv>(desc, {{DNNL_ARG_WEIGHTS, packed_weights}, {DNNL_ARG_BIAS, biases}});
    const auto source_count = static_cast<std::size_t>(in.size()) * pictures;
    if (!int8.source_is_float) return step;
    return behind(step, source_count, [source_count, source = int8.source](const float* from, std::byte* to) {
      to_integers(from, source_count, source, to);
    });
  };
  constexpr const char* kWhat = "convolution of integers";
  return guarded(kWhat, [&] {
    const auto one = describe_for(1);
    const Packed for_one = packed_as(one.weights_desc());
    CompiledStep step = step_of(one, for_one, 1);
    if (dims.grouped) return step;
    step.several = [=](std::size_t pictures) {
      return guarded(kWhat, [&] {
        const auto many = describe_for(pictures);
        const bool same = many.weights_desc() == for_one.values.get_desc();
        return step_of(many, same ? for_one : packed_as(many.weights_desc()), pictures);
      });
    };
    return step;
  });
}

CompiledStep dense_int8(const Shape& in, const Shape& out, std::span<const float> weight,
                        std::span<const float> bias, const Fusion& fusion, const Int8& int8) {
  // oneDNN 2.6 has no inner product of integers with these scales; over a map's positions it is a
  // convolution.
  return convolution_int8(in, out, {out.channels, {1, 1}, {1, 1}, {}, 1, true}, weight, bias, fusion, int8);
}

}  // namespace giemsa::onednn
