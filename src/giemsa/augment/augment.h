#pragma once
#include "giemsa/augment/options.h"
#include "giemsa/core/random.h"
#include "giemsa/image/image.h"
#include "giemsa/image/preprocess.h"

namespace giemsa {

/// A training view of a centre square. In this order: drawn geometry and resize in one resampling, the
/// scheme's operations, levels and neighbourhood, colour, noise and normalisation in one pass, erasing. When
/// nothing is drawn it is the very road of prediction. The same stream gives the same view, and each
/// operation draws from a stream of its own: turning one off leaves the others as they were.
/// out: [input_px, input_px, 3] f32.  Throws as check(options) and centre_square.
void augment(ImageView square, const AugmentOptions& options, const Preprocess& preprocess, Random& random,
             float* out);

/// `views` views of one picture for AugMix's consistency loss. The first is the clean one: drawn operations
/// of the table, but no mix. The others are mixes of that same picture; they share its geometry and erasing.
/// out: [views, input_px, input_px, 3] f32.  Throws Usage unless options.scheme is augmix and views ≥ 1.
void augment_views(ImageView square, const AugmentOptions& options, const Preprocess& preprocess,
                   Random& random, int views, float* out);

}  // namespace giemsa
