#include "giemsa/descriptors/fingerprint.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "giemsa/core/error.h"
#include "giemsa/descriptors/thumbnail.h"

namespace giemsa {
namespace {

Image one_colour(int red, int green, int blue) {
  Image image(kThumbnailPx, kThumbnailPx);
  for (int i = 0; i < kThumbnailPx * kThumbnailPx; ++i) {
    image.pixels()[3 * i] = static_cast<std::uint8_t>(red);
    image.pixels()[3 * i + 1] = static_cast<std::uint8_t>(green);
    image.pixels()[3 * i + 2] = static_cast<std::uint8_t>(blue);
  }
  return image;
}

// Values by Pillow: Image.new("RGB", (1, 1), colour).convert("YCbCr").
TEST(Fingerprint, HoldsBrightnessAndColourAsJpegDefinesThem) {
  const struct {
    int red, green, blue, luma, cb, cr;
  } cases[] = {{255, 255, 255, 255, 128, 128}, {0, 0, 0, 0, 128, 128},    {255, 0, 0, 76, 85, 255},
               {0, 255, 0, 150, 44, 21},       {0, 0, 255, 29, 255, 107}, {120, 60, 160, 89, 168, 150}};
  for (const auto& c : cases) {
    const Fingerprint made = fingerprint(one_colour(c.red, c.green, c.blue));
    EXPECT_NEAR(made.luma[517], c.luma, 1);
    EXPECT_NEAR(made.colour[0][9], c.cb, 1);
    EXPECT_NEAR(made.colour[1][63], c.cr, 1);
    EXPECT_TRUE(std::ranges::all_of(made.luma, [&](int value) { return value == made.luma[0]; }));
  }
}

TEST(Fingerprint, KeepsPlaces) {
  Image image = one_colour(0, 0, 0);
  for (int y = 8; y < 16; ++y)  // the second row of 8 × 8 colour pixels, its fourth
    for (int x = 24; x < 32; ++x) image.row(y)[3 * x] = 255;
  const Fingerprint made = fingerprint(image);
  for (int y = 0; y < kFingerprintPx; ++y)
    for (int x = 0; x < kFingerprintPx; ++x)
      EXPECT_EQ(made.luma[y * kFingerprintPx + x], y >= 4 && y < 8 && x >= 12 && x < 16 ? 76 : 0);
  for (std::size_t i = 0; i < 64; ++i) EXPECT_EQ(made.colour[1][i], i == 8 + 3 ? 255 : 128);
}

TEST(Fingerprint, RefusesWhatIsNoThumbnail) {
  EXPECT_THROW(fingerprint(Image(64, 63)), Error);
  EXPECT_THROW(fingerprint(Image()), Error);
}

}  // namespace
}  // namespace giemsa
