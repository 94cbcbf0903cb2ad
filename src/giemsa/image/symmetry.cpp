#include "giemsa/image/symmetry.h"

#include <cstddef>

#include "giemsa/core/error.h"

namespace giemsa {

std::string_view symmetry_name(Symmetry symmetry) {
  constexpr std::array<std::string_view, kSymmetryCount> kNames{"none",
                                                                "flip_horizontal",
                                                                "flip_vertical",
                                                                "half_turn",
                                                                "transpose",
                                                                "quarter_turn_clockwise",
                                                                "quarter_turn_counterclockwise",
                                                                "antitranspose"};
  return kNames[static_cast<std::size_t>(symmetry)];
}

Image turned(const Image& square, const SymmetryParts& parts) {
  require(square.width() == square.height(), ErrorKind::Internal, "[image] only a square can be turned");
  const int side = square.width();
  // Where the output's first pixel comes from, and the steps to its right and lower neighbours, in bytes.
  const std::ptrdiff_t across = 3, below = std::ptrdiff_t{3} * side, last = side - 1;
  std::ptrdiff_t right = parts.transpose ? below : across, down = parts.transpose ? across : below;
  const std::ptrdiff_t start = (parts.flip_x ? last * right : 0) + (parts.flip_y ? last * down : 0);
  if (parts.flip_x) right = -right;
  if (parts.flip_y) down = -down;
  Image output(side, side);
  for (int row = 0; row < side; ++row) {
    const std::uint8_t* from = square.pixels() + start + row * down;
    std::uint8_t* to = output.row(row);
    for (int i = 0; i < side; ++i, from += right, to += 3) {
      to[0] = from[0];
      to[1] = from[1];
      to[2] = from[2];
    }
  }
  return output;
}

}  // namespace giemsa
