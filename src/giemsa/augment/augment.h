#pragma once
#include "giemsa/augment/options.h"
#include "giemsa/core/random.h"
#include "giemsa/image/image.h"
#include "giemsa/image/preprocess.h"

namespace giemsa {

/// A training view of a centre square: drawn geometry, resize, drawn colours, normalise.
/// The same stream gives the same view.  out: [input_px, input_px, 3] f32.
void augment(ImageView square, const AugmentOptions& options, const Preprocess& preprocess, Random& random,
             float* out);

}  // namespace giemsa
