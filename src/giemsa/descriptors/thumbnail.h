#pragma once
#include "giemsa/image/image.h"

namespace giemsa {

/// Side of a thumbnail.
inline constexpr int kThumbnailPx = 64;

/// The whole picture squeezed into a square of kThumbnailPx: each pixel the mean of the area that it covers
/// (bilinear between pixels along a side that is shorter). What inspection knows of a picture's content, it
/// knows from here, so that its cost hardly depends on the size of the picture.
/// [H, W, 3] → [kThumbnailPx, kThumbnailPx, 3], RGB. Throws Internal on an empty picture.
Image thumbnail(ImageView picture);

}  // namespace giemsa
