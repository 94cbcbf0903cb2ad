#pragma once
#include "giemsa/corrupt/corruption.h"

namespace giemsa {

/// All levels times magnitude[0].
Image change_brightness(ImageView picture, const Magnitude& magnitude, Random& random);
/// All levels stretched about the mean grey by magnitude[0].
Image change_contrast(ImageView picture, const Magnitude& magnitude, Random& random);
/// HSV's saturation plus magnitude[0], at most 1.
Image saturate(ImageView picture, const Magnitude& magnitude, Random& random);

}  // namespace giemsa
