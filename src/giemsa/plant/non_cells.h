#pragma once
#include <string_view>

#include "giemsa/core/random.h"
#include "giemsa/image/image.h"

namespace giemsa {

/// Pictures that show no white cell, in families that differ clearly from each other.
enum class NonCell {
  Noise,     ///< white, grey or coarse
  Blank,     ///< one colour, with a camera's noise
  Gradient,  ///< linear or round
  Pattern,   ///< stripes or a checkerboard
  Marks,     ///< a barcode, or lines of something like letters
  Shapes,    ///< a cartoon of discs and polygons
  Plasma,    ///< a fractal texture in false colours
  RedCells,  ///< a stained field of red cells, none of them white
  Blobs,     ///< patches of colour out of focus
};
inline constexpr int kNonCellCount = 9;
/// "noise", "blank", …
std::string_view non_cell_name(NonCell family);

/// Draws one picture of a family. width, height: 1 to 4096 px.
Image draw_non_cell(NonCell family, int width, int height, Random& random);

}  // namespace giemsa
