#include "giemsa/descriptors/statistics.h"

#include <gtest/gtest.h>

#include <fstream>
#include <nlohmann/json.hpp>

#include "core/error_matchers.h"
#include "data/made_source.h"
#include "giemsa/descriptors/thumbnail.h"

// Against numbers by numpy: tests/golden/make/picture_statistics.py.

namespace giemsa {
namespace {

using testing::error_of;
using ::testing::HasSubstr;
using testing::plain;

/// The formula of the generator.
Image made_picture(int width, int height) {
  Image image(width, height);
  for (int y = 0; y < height; ++y) {
    for (int x = 0; x < width; ++x) {
      for (int c = 0; c < 3; ++c) {
        const int grain = (x * 7919 + y * 104729 + c * 1299709) % 31;
        image.row(y)[3 * x + c] =
            static_cast<std::uint8_t>((x * (3 + c) + y * (5 - c) + x * y / 16 + grain) % 256);
      }
    }
  }
  return image;
}

nlohmann::json golden() {
  return nlohmann::json::parse(std::ifstream(GIEMSA_TEST_DATA "/picture_statistics.json"));
}

TEST(Thumbnail, IsTheMeanOfTheAreaThatEachPixelCovers) {
  for (const auto& want : golden()) {
    const Image small = thumbnail(made_picture(want["width"], want["height"]));
    ASSERT_EQ(small.width(), kThumbnailPx);
    ASSERT_EQ(small.height(), kThumbnailPx);
    for (const auto& sample : want["thumbnail_samples"]) {
      const int y = sample[0], x = sample[1];
      for (int c = 0; c < 3; ++c)
        EXPECT_NEAR(small.row(y)[3 * x + c], sample[2][c].get<double>(), 0.53) << want["width"] << " " << y;
    }
    for (std::size_t c = 0; c < 3; ++c) {
      double sum = 0;
      for (std::size_t i = c; i < small.bytes().size(); i += 3) sum += small.bytes()[i];
      EXPECT_NEAR(sum / (kThumbnailPx * kThumbnailPx), want["thumbnail_mean"][c].get<double>(), 0.05);
    }
  }
}

TEST(Thumbnail, OfAPlainPictureIsPlain) {
  for (const auto& [width, height] : {std::pair{1, 1}, {7, 300}, {1000, 64}, {3000, 2000}}) {
    EXPECT_EQ(thumbnail(plain(width, height, 255, 128, 0)), plain(kThumbnailPx, kThumbnailPx, 255, 128, 0))
        << width << " × " << height;
  }
}

TEST(Thumbnail, OfAViewWithGapsBetweenRows) {
  const Image whole = made_picture(300, 200);
  Image cut(100, 90);
  const ImageView view = whole.view().crop(40, 50, 100, 90);
  for (int y = 0; y < 90; ++y) std::copy_n(view.row(y), 300, cut.row(y));
  EXPECT_EQ(thumbnail(view), thumbnail(cut));
}

TEST(Thumbnail, NeedsAPicture) {
  EXPECT_THAT(error_of(ErrorKind::Internal, [] { thumbnail(ImageView{}); }), HasSubstr("empty picture"));
}

TEST(PictureStatistics, EqualNumpys) {
  for (const auto& want : golden()) {
    SCOPED_TRACE(want["width"].dump() + " x " + want["height"].dump());
    const Image picture = made_picture(want["width"], want["height"]);
    const PictureStatistics got = picture_statistics(picture, thumbnail(picture));
    // A thumbnail pixel in a thousand may round the other way.
    for (std::size_t c = 0; c < 3; ++c) EXPECT_NEAR(got.mean_rgb[c], want["mean_rgb"][c].get<double>(), 0.05);
    EXPECT_NEAR(got.luma_mean, want["luma_mean"].get<double>(), 0.05);
    EXPECT_NEAR(got.luma_std, want["luma_std"].get<double>(), 0.05);
    EXPECT_EQ(got.luma_range, want["luma_range"].get<double>());
    EXPECT_NEAR(got.entropy_bits, want["entropy_bits"].get<double>(), 0.03);
    EXPECT_NEAR(got.sharpness, want["sharpness"].get<double>(), 1e-3);
  }
}

TEST(PictureStatistics, SeeNoiseThatTheThumbnailLoses) {
  Image noise(512, 512);
  for (int y = 0; y < 512; ++y) {
    for (int x = 0; x < 512; ++x) std::fill_n(noise.row(y) + 3 * x, 3, (x + y) % 2 == 0 ? 100 : 140);
  }
  EXPECT_EQ(thumbnail(noise), plain(kThumbnailPx, kThumbnailPx, 120, 120, 120));
  EXPECT_EQ(picture_statistics(noise, thumbnail(noise)).luma_range, 40);
}

TEST(PictureStatistics, LongRowsDoNotOverflow) {
  Image stripes(5000, 3);  // the steepest edges there are
  for (int y = 0; y < 3; ++y) {
    for (int x = 0; x < 5000; ++x) std::fill_n(stripes.row(y) + 3 * x, 3, (x + y) % 2 == 0 ? 0 : 255);
  }
  EXPECT_NEAR(picture_statistics(stripes, thumbnail(stripes)).sharpness, 1020, 0.01);
}

}  // namespace
}  // namespace giemsa
