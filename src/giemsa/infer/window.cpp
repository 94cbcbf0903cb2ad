#include "giemsa/infer/window.h"

#include <algorithm>

namespace giemsa {

void copy_window(const float* map, const Shape& in, const ConvOp& op, std::int64_t y, std::int64_t x,
                 float* to) {
  const std::int64_t channels = in.channels, width = op.kernel.width;
  const std::int64_t top = y * op.stride.height - op.padding.top,
                     left = x * op.stride.width - op.padding.left;
  const std::int64_t first = std::max<std::int64_t>(left, 0), last = std::min(left + width, in.width);
  for (std::int64_t row = top; row < top + op.kernel.height; ++row) {
    if (row < 0 || row >= in.height || first >= last) {
      to = std::fill_n(to, width * channels, 0.f);
      continue;
    }
    to = std::fill_n(to, (first - left) * channels, 0.f);
    to = std::copy_n(map + (row * in.width + first) * channels, (last - first) * channels, to);
    to = std::fill_n(to, (left + width - last) * channels, 0.f);
  }
}

}  // namespace giemsa
