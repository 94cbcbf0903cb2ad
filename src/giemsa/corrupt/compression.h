#pragma once
#include "giemsa/corrupt/corruption.h"

namespace giemsa {

/// The mean of blocks, as Pillow's BOX filter has them; of each side the share magnitude[0] is left.
Image pixelate(ImageView picture, const Magnitude& magnitude, Random& random);

/// Encoded with quality magnitude[0], 4:2:0 (Pillow's default), and decoded.
Image jpeg_compression(ImageView picture, const Magnitude& magnitude, Random& random);

}  // namespace giemsa
