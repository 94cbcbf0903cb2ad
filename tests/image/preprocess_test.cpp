#include "giemsa/image/preprocess.h"

#include <cmath>

#include "core/error_matchers.h"
#include "giemsa/image/codec.h"
#include "image/golden_image.h"
#include "shared_data.h"

namespace giemsa::testing {
namespace {

/// Pixel (x, y) has the colour (10·x, 10·y, x + y).
Image numbered(int width, int height) {
  Image image(width, height);
  for (int y = 0; y < height; ++y) {
    for (int x = 0; x < width; ++x) {
      std::uint8_t* pixel = image.row(y) + 3 * x;
      pixel[0] = static_cast<std::uint8_t>(10 * x);
      pixel[1] = static_cast<std::uint8_t>(10 * y);
      pixel[2] = static_cast<std::uint8_t>(x + y);
    }
  }
  return image;
}

TEST(CentreSquare, SideAndCornerAreAsDocumented) {
  const struct {
    int width, height;
    std::int64_t crop_px;
    int side, left, top;
  } kCases[] = {
      {10, 10, 0, 10, 0, 0},  // the largest that fits
      {11, 6, 0, 6, 2, 0},    // odd rest: the extra pixel is left out on the right
      {6, 11, 0, 6, 0, 2},    // and below
      {10, 10, 4, 4, 3, 3},  {10, 10, 5, 5, 2, 2}, {10, 10, 99, 10, 0, 0},
      {9, 20, 7, 7, 1, 6},   {1, 1, 0, 1, 0, 0},
  };
  for (const auto& [width, height, crop_px, side, left, top] : kCases) {
    const Image image = numbered(width, height);
    const ImageView square = centre_square(image, {.crop_px = crop_px});
    EXPECT_EQ(square.width, side);
    EXPECT_EQ(square.height, side);
    EXPECT_EQ(square.row(0)[0], 10 * left);
    EXPECT_EQ(square.row(0)[1], 10 * top);
  }
}

TEST(CropAndResize, SameSizeIsTheSamePixels) {
  const Image image = numbered(7, 5);
  const Image out = crop_and_resize(image, {.crop_px = 3, .input_px = 3});
  ASSERT_EQ(out.width(), 3);
  for (int y = 0; y < 3; ++y) {
    for (int x = 0; x < 3; ++x) {
      EXPECT_EQ(out.row(y)[3 * x], 10 * (x + 2));
      EXPECT_EQ(out.row(y)[3 * x + 1], 10 * (y + 1));
    }
  }
}

TEST(CropAndResize, ShrinkingAveragesAreas) {
  // Halving: each output pixel is the mean of four.
  const Image out = crop_and_resize(numbered(4, 4), {.input_px = 2});
  EXPECT_EQ(out.row(0)[0], 5);   // mean of 0 and 10
  EXPECT_EQ(out.row(0)[3], 25);  // mean of 20 and 30
  EXPECT_EQ(out.row(1)[1], 25);
  EXPECT_EQ(out.row(1)[3 + 2], 5);  // mean of 4, 5, 5, 6
  // 3 → 2: a pixel and a half each; (0 + 10/2) / 1.5 = 3.33, (10/2 + 20) / 1.5 = 16.67
  const Image uneven = crop_and_resize(numbered(3, 3), {.input_px = 2});
  EXPECT_EQ(uneven.row(0)[0], 3);
  EXPECT_EQ(uneven.row(0)[3], 17);
}

TEST(CropAndResize, GrowingInterpolatesBetweenPixelCentres) {
  // 2 → 4: centres lie at -0.25, 0.25, 0.75, 1.25 of the input; edges are held.
  const Image out = crop_and_resize(numbered(2, 2), {.input_px = 4});
  const int expected[] = {0, 3, 8, 10};  // 2.5 and 7.5 round up
  for (int x = 0; x < 4; ++x) EXPECT_NEAR(out.row(0)[3 * x], expected[x], 1);
  EXPECT_EQ(out.row(0)[0], 0);
  EXPECT_EQ(out.row(0)[9], 10);
}

TEST(CropAndResize, TakesViewsWithGapsBetweenRows) {
  const Image image = numbered(12, 9);
  const ImageView inner = image.view().crop(2, 1, 6, 6);
  Image copy(6, 6);
  for (int y = 0; y < 6; ++y) std::copy_n(inner.row(y), 18, copy.row(y));
  EXPECT_EQ(crop_and_resize(inner, {.input_px = 4}), crop_and_resize(copy, {.input_px = 4}));
}

TEST(CropAndResize, RefusesWhatCannotBe) {
  const Image image = numbered(2, 2);
  for (const std::int64_t side : {std::int64_t{0}, std::int64_t{-1}, kMaxInputPx + 1}) {
    const std::string what = error_of(ErrorKind::Usage, [&] { crop_and_resize(image, {.input_px = side}); });
    EXPECT_THAT(what, ::testing::HasSubstr("input_px is " + std::to_string(side)));
  }
  EXPECT_THAT(error_of(ErrorKind::Internal, [] { crop_and_resize(Image(), {}); }),
              ::testing::HasSubstr("empty"));
}

TEST(Normalise, IsTheFormulaForEveryLevelAndChannel) {
  Image image(256, 1);
  for (int x = 0; x < 256; ++x) {
    for (int c = 0; c < 3; ++c) image.row(0)[3 * x + c] = static_cast<std::uint8_t>(x);
  }
  const Preprocess preprocess{.mean = {0.485f, 0.5f, 0.1f}, .std = {0.229f, 0.5f, 2.0f}};
  std::vector<float> out(3 * 256);
  normalise(image, preprocess, out.data());
  for (std::size_t x = 0; x < 256; ++x) {
    for (std::size_t c = 0; c < 3; ++c) {
      const double expected =
          (static_cast<double>(x) / 255 - double{preprocess.mean[c]}) / double{preprocess.std[c]};
      EXPECT_NEAR(out[3 * x + c], expected, 1e-6);
    }
  }
}

TEST(Normalise, ReadsOnlyTheView) {
  const Image image = numbered(5, 4);
  float out[2 * 2 * 3];
  normalise(image.view().crop(1, 2, 2, 2), {.mean = {0, 0, 0}, .std = {1, 1, 1}}, out);
  EXPECT_NEAR(out[0], 10 / 255.0, 1e-6);  // x = 1
  EXPECT_NEAR(out[3], 20 / 255.0, 1e-6);  // x = 2
  EXPECT_NEAR(out[1], 20 / 255.0, 1e-6);  // y = 2
  EXPECT_NEAR(out[7], 30 / 255.0, 1e-6);  // y = 3
}

TEST(Preprocess, TheCentreOfARealCellSurvivesUnscaled) {
  GIEMSA_NEEDS_SHARED("data/pbc/raw_sample");
  // The 200 px centre of an original (360×363) lies inside it and survives the road unscaled.
  const auto folder = shared_data("data/pbc/raw_sample");
  int seen = 0;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
    if (!has_image_extension(entry.path())) continue;
    const Image original = read_image(entry.path());
    const Image square = crop_and_resize(original, {.crop_px = 200, .input_px = 200});
    ASSERT_EQ(square.row(0)[0],
              original.row((original.height() - 200) / 2)[3 * ((original.width() - 200) / 2)]);
    ++seen;
  }
  EXPECT_EQ(seen, 48);
}

}  // namespace
}  // namespace giemsa::testing
