#pragma once
#include "giemsa/image/image.h"

// Operations on 8-bit levels, rounded as Pillow's ImageOps and ImageEnhance round them.
namespace giemsa::level_ops {

/// Each channel's least level becomes 0, its largest 255.
void autocontrast(Image& image);
/// Each channel's histogram becomes about flat.
void equalize(Image& image);
/// Keeps the `bits` high bits of each level, 0 to 8.
void posterize(Image& image, int bits);
/// Inverts levels at or above the threshold.
void solarize(Image& image, double threshold);

/// factor · picture + (1 - factor) · black, the mean grey, each pixel's grey, or the smoothed picture.
void brightness(Image& image, double factor);
void contrast(Image& image, double factor);
void saturation(Image& image, double factor);
void sharpness(Image& image, double factor);

}  // namespace giemsa::level_ops
