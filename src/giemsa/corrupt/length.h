#pragma once
#include <algorithm>

#include "giemsa/corrupt/corruption.h"

namespace giemsa {

/// Pixels of this picture for one pixel of a picture of kReferencePx.
inline double px_scale(ImageView picture) {
  return static_cast<double>(std::min(picture.width, picture.height)) / kReferencePx;
}

}  // namespace giemsa
