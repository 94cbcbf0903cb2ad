#pragma once
#include "giemsa/image/image.h"

namespace giemsa {

/// Gaussian blur of this standard deviation; the kernel ends at three of them, the border is mirrored in.
void blur(Image& image, double sigma_px);

/// The picture stored as baseline JPEG (4:4:4) of this quality, 1 to 100, and read again.
void store_as_jpeg(Image& image, int quality);

}  // namespace giemsa
