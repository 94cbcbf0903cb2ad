#pragma once
#include <array>

#include "giemsa/image/image.h"
#include "giemsa/image/ycc_view.h"

namespace giemsa {

/// Light, colour and sharpness of one picture. Luma is Rec. 601's, 0…255.
struct PictureStatistics {
  std::array<float, 3> mean_rgb{};  ///< 0…255
  float luma_mean = 0;
  float luma_std = 0;
  float luma_range = 0;    ///< between the darkest and the lightest pixel, at full size
  float sharpness = 0;     ///< standard deviation of the Laplacian (4 neighbours) of luma, at full size
  float entropy_bits = 0;  ///< of the luma of the thumbnail in 256 levels, 0…8
};

/// Range and sharpness from the whole picture, the rest from its thumbnail (thumbnail.h). Pictures of fewer
/// than three pixels a side have sharpness 0.
PictureStatistics picture_statistics(ImageView picture, const Image& thumbnail);
PictureStatistics picture_statistics(const YccView& picture, const Image& thumbnail);

}  // namespace giemsa
