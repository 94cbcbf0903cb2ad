#pragma once
#include "giemsa/corrupt/corruption.h"

namespace giemsa {

/// 1 to magnitude[0] dark grains of about the radius magnitude[1].
Image stain_deposit(ImageView picture, const Magnitude& magnitude, Random& random);
/// 7 to magnitude[1] whitish discs with a brighter rim, of radius 3 to magnitude[0].
Image bubble(ImageView picture, const Magnitude& magnitude, Random& random);

}  // namespace giemsa
