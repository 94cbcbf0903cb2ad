#pragma once
#include "giemsa/core/random.h"
#include "giemsa/image/image.h"

namespace giemsa {

/// A stained field of red cells without a white one: what is cut out where a detector saw a cell and none
/// was.
Image draw_red_cells(int width, int height, Random& random);

}  // namespace giemsa
