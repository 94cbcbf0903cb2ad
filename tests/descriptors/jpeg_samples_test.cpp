// What is seen of a JPEG's samples is what is seen of its RGB pixels.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "giemsa/descriptors/equal_pixels.h"
#include "giemsa/descriptors/statistics.h"
#include "giemsa/descriptors/thumbnail.h"
#include "giemsa/image/jpeg_decoder.h"
#include "image/golden_image.h"
#include "image/subsampled_jpeg.h"

namespace giemsa::testing {
namespace {

/// A stained disc on a pale ground, with a little grain.
Image disc(int width, int height) {
  Image image(width, height);
  constexpr std::array kGround{225, 205, 215}, kDisc{120, 70, 160};
  for (int y = 0; y < height; ++y) {
    for (int x = 0; x < width; ++x) {
      const double distance = std::hypot((x + 0.5) / width - 0.5, (y + 0.5) / height - 0.5);
      const double inside = std::clamp((0.3 - distance) * 12, 0.0, 1.0);
      const int grain = (x * 7919 + y * 104729) % 7;
      for (std::size_t c = 0; c < 3; ++c)
        image.row(y)[3 * static_cast<std::size_t>(x) + c] =
            static_cast<std::uint8_t>(kGround[c] + inside * (kDisc[c] - kGround[c]) + grain);
    }
  }
  return image;
}

TEST(JpegSamples, GiveTheThumbnailAndStatisticsOfPixels) {
  JpegDecoder decoder;
  Thumbnailer thumbnailer;
  for (const Subsampling& subsampling : kSubsamplings) {
    for (const auto& [width, height] :
         {std::pair{216, 216}, {363, 360}, {101, 77}, {64, 64}, {50, 31}, {7, 300}}) {
      SCOPED_TRACE(::testing::Message() << subsampling.name << " " << width << " × " << height);
      const Bytes jpeg = subsampled_jpeg(disc(width, height), subsampling, 90);
      const Image rgb = decoder.decode(jpeg, "disc");
      const Image expected = thumbnailer.make(rgb);
      const auto samples = decoder.decode_ycc(jpeg, "disc");
      ASSERT_TRUE(samples);
      const Image made = thumbnailer.make(*samples);
      EXPECT_LE(largest_difference(made, expected), 2);
      EXPECT_TRUE(may_have_equal_pixels(fingerprint(made), fingerprint(expected)));
      const PictureStatistics want = picture_statistics(rgb, expected),
                              got = picture_statistics(*samples, made);
      EXPECT_NEAR(got.sharpness, want.sharpness, 0.02 * want.sharpness);
      EXPECT_NEAR(got.luma_range, want.luma_range, 3);
      EXPECT_NEAR(got.luma_mean, want.luma_mean, 0.5);
      EXPECT_NEAR(got.entropy_bits, want.entropy_bits, 0.1);
    }
  }
}

TEST(JpegSamples, AThumbnailDoesNotDependOnThePictureBefore) {
  JpegDecoder decoder;
  const Bytes large = subsampled_jpeg(disc(300, 200), kSubsamplings[2], 90),
              small = subsampled_jpeg(disc(41, 90), kSubsamplings[1], 90);
  const auto made = [&](Thumbnailer& thumbnailer, const Bytes& jpeg) {
    return thumbnailer.make(*decoder.decode_ycc(jpeg, "disc"));
  };
  Thumbnailer one, other;
  const Image alone = made(one, small);
  made(other, large);
  EXPECT_EQ(made(other, small), alone);
}

}  // namespace
}  // namespace giemsa::testing
