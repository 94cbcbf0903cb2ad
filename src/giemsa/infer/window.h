#pragma once
#include "giemsa/graph/ops.h"

namespace giemsa {

/// What one position (y, x) of a convolution's result is made of, zeros where the window reaches beyond the
/// map: [kh, kw, C]. map: [H, W, C].
void copy_window(const float* map, const Shape& in, const ConvOp& op, std::int64_t y, std::int64_t x,
                 float* to);

}  // namespace giemsa
