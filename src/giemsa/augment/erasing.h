#pragma once
#include <cstdint>
#include <string>

#include "giemsa/core/random.h"
#include "giemsa/image/preprocess.h"

namespace giemsa {

/// Columns [x0, x1) and rows [y0, y1) of a picture, in px; empty: nothing is erased.
struct ErasedBox {
  int x0 = 0, y0 = 0, x1 = 0, y1 = 0;
};

/// Random erasing: a share of the area from [from, to], log-uniform aspect from 0.3 to 1 / 0.3, ten tries for
/// one that fits inside (timm).
ErasedBox draw_erased(double from, double to, int side_px, Random& random);

/// Cutout: a square of this share of the side about any pixel, cut at the border.
ErasedBox draw_cutout(double share, int side_px, Random& random);

/// fill: "mean" (0), "black" (what a level of 0 is normalised to) or "noise" (standard normal).
/// pixels: [S, S, 3] f32, normalised.
void erase(const ErasedBox& box, const std::string& fill, const Preprocess& preprocess,
           std::uint32_t noise_key, float* pixels);

}  // namespace giemsa
