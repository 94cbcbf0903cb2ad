#include "giemsa/augment/augment.h"

#include "giemsa/augment/colour.h"
#include "giemsa/augment/geometry.h"

namespace giemsa {

void augment(ImageView square, const AugmentOptions& options, const Preprocess& preprocess, Random& random,
             float* out) {
  const Geometry geometry = draw_geometry(options, random);
  const ColourChange colour = draw_colour(options, random);
  // An unchanged shape takes the very road of prediction.
  const Image resized = geometry.is_identity()
                            ? crop_and_resize(square, preprocess)
                            : warp(square, geometry, static_cast<int>(preprocess.input_px));
  recolour_and_normalise(resized, colour, preprocess, out);
}

}  // namespace giemsa
