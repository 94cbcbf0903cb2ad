#pragma once
#include <string>

#include "giemsa/core/random.h"
#include "giemsa/image/image.h"

namespace giemsa {

/// A changed copy of a picture that still shows the same cell.
struct NearDuplicate {
  Image image;           ///< before JPEG
  int jpeg_quality = 0;  ///< at which it is yet to be encoded; 0: not a part of the change
  std::string detail;    ///< "crop 4,0,196,209; mirror; turn 90; resize 0.71; jpeg 43"
};

/// Draws a change of one or more parts, which changes some pixel: a crop that takes up to 10 % of either
/// side, mirroring, quarter turns, resizing to 0.4 to 2 times, slight brightness (± 12 levels) and contrast
/// (0.9 to 1.1), JPEG of quality 30 to 90.
NearDuplicate draw_near_duplicate(ImageView picture, Random& random);

}  // namespace giemsa
