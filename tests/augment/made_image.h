#pragma once
#include <algorithm>
#include <cmath>
#include <cstdint>

#include "giemsa/core/random.h"
#include "giemsa/image/image.h"
#include "giemsa/image/preprocess.h"

namespace giemsa::testing {

/// A square picture with value(x, y, c) in channel c of pixel (x, y).
template <class F>
Image make_image(int side, F value) {
  Image image(side, side);
  for (int y = 0; y < side; ++y) {
    for (int x = 0; x < side; ++x) {
      for (int c = 0; c < 3; ++c) image.row(y)[3 * x + c] = static_cast<std::uint8_t>(value(x, y, c));
    }
  }
  return image;
}

/// A square picture in which every pixel differs from its neighbours.
inline Image made_image(int side) {
  return make_image(side, [=](int x, int y, int c) {
    return mix64(static_cast<std::uint64_t>((y * side + x) * 3 + c)) >> 56;
  });
}

}  // namespace giemsa::testing
