#include "giemsa/predict/colours.h"

#include "giemsa/augment/stain.h"

namespace giemsa {

Image in_colours(Image picture, const Viewing& viewing) {
  if (!viewing.standardise && !viewing.deepen_pale) return picture;
  Image standard = standardised(picture);
  return viewing.deepen_pale && nuclear_depth(standard) < kPaleDepth ? deepened(standard) : standard;
}

}  // namespace giemsa
