#include "giemsa/infer/window_product.h"

#include <vector>

#include "giemsa/infer/behind.h"
#include "giemsa/infer/window.h"

namespace giemsa {
namespace {

/// [O, C, kh, kw] → [O, kh, kw, C].
std::vector<float> channels_last(const Shape& in, const ConvOp& op, std::span<const float> weight) {
  const auto channels = static_cast<std::size_t>(in.channels);
  const auto taps = static_cast<std::size_t>(op.kernel.height * op.kernel.width);
  std::vector<float> result(weight.size());
  for (std::size_t i = 0; i < weight.size(); ++i) {
    const std::size_t o = i / (channels * taps), c = i / taps % channels, tap = i % taps;
    result[(o * taps + tap) * channels + c] = weight[i];
  }
  return result;
}

/// The dense layer behind the windows of `pictures` maps.
CompiledStep behind_windows(const CompiledStep& dense, const Shape& in, const Shape& out, const ConvOp& op,
                            std::size_t pictures) {
  const std::int64_t window = op.kernel.height * op.kernel.width * in.channels;
  const std::size_t count = static_cast<std::size_t>(out.height * out.width * window) * pictures;
  return behind(dense, count * sizeof(float), [=](const float* map, std::byte* made) {
    auto to = reinterpret_cast<float*>(made);
    for (std::size_t p = 0; p < pictures; ++p, map += in.size()) {
      for (std::int64_t i = 0; i < out.height * out.width; ++i, to += window)
        copy_window(map, in, op, i / out.width, i % out.width, to);
    }
  });
}

}  // namespace

std::optional<CompiledStep> window_product(const Shape& in, const Shape& out, const ConvOp& op,
                                           std::span<const float> weight, std::span<const float> bias,
                                           const onednn::Fusion& fusion) {
  const bool pointwise = op.kernel == Extent(1) && op.stride == Extent(1);
  if (op.groups != 1 || pointwise || !has_few_positions(out)) return {};
  const Shape windows{op.kernel.height * op.kernel.width * in.channels, out.height, out.width};
  const CompiledStep dense = onednn::dense(windows, out, channels_last(in, op, weight), bias, fusion);
  CompiledStep step = behind_windows(dense, in, out, op, 1);
  step.several = [=](std::size_t pictures) {
    return behind_windows(dense.several(pictures), in, out, op, pictures);
  };
  return step;
}

}  // namespace giemsa
