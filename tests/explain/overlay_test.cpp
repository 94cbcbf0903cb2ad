#include "giemsa/explain/overlay.h"

#include <gtest/gtest.h>

#include <cmath>

#include "giemsa/core/error.h"

namespace giemsa {
namespace {

/// CIE L* of a colour of sRGB.
double lightness(const std::array<std::uint8_t, 3>& colour) {
  constexpr double kLuminance[] = {0.2126, 0.7152, 0.0722};
  double y = 0;
  for (int c = 0; c < 3; ++c) {
    const double v = colour[static_cast<std::size_t>(c)] / 255.0;
    y += kLuminance[c] * (v <= 0.04045 ? v / 12.92 : std::pow((v + 0.055) / 1.055, 2.4));
  }
  return y > 216.0 / 24389 ? 116 * std::cbrt(y) - 16 : y * 24389.0 / 27;
}

TEST(HeatColour, GrowsLighterInEqualSteps) {
  for (int i = 0; i <= 20; ++i) {
    const float s = static_cast<float>(i) / 20;
    EXPECT_NEAR(lightness(heat_colour(s)), 20 + 75 * s, 2.5) << s;
  }
  EXPECT_EQ(heat_colour(-1), heat_colour(0));
  EXPECT_EQ(heat_colour(7), heat_colour(1));
}

Image grey(int width, int height) {
  Image picture(width, height);
  std::fill_n(picture.pixels(), picture.bytes().size(), std::uint8_t{100});
  return picture;
}

TEST(Overlay, ColoursTheSquareThatTheNetworkSawAndNothingElse) {
  // A picture of 9 × 6 whose centre square of 4 px is seen at 2 px; the right half of it is hot.
  const Image picture = grey(9, 6);
  Explanation seen;
  seen.square = {.left = 2, .top = 1, .side = 4};
  seen.side_px = 2;
  seen.saliency = {0, 1, 0, 1};
  const Image shown = overlay(picture, seen, 1.f);
  ASSERT_EQ(shown.width(), 9);
  ASSERT_EQ(shown.height(), 6);
  for (int y = 0; y < 6; ++y) {
    for (int x = 0; x < 9; ++x) {
      const std::uint8_t* pixel = shown.row(y) + 3 * x;
      const std::array<std::uint8_t, 3> colour{pixel[0], pixel[1], pixel[2]};
      if (x < 2 || x >= 6 || y < 1 || y >= 5) {
        EXPECT_EQ(colour, (std::array<std::uint8_t, 3>{100, 100, 100})) << x << "," << y;
      } else {
        const float cover = std::cbrt(static_cast<float>(x == 2 ? 0 : x == 3 ? 0.25 : x == 4 ? 0.75 : 1));
        for (std::size_t c = 0; c < 3; ++c)
          EXPECT_NEAR(colour[c], 100 + (heat_colour(cover)[c] - 100) * cover, 1) << x << "," << y;
      }
    }
  }
}

TEST(Overlay, LetsThePictureShowThrough) {
  const Image picture = grey(2, 2);
  Explanation seen;
  seen.square.side = 2;
  seen.side_px = 1;
  seen.saliency = {1};
  const Image shown = overlay(picture, seen, 0.5f);
  EXPECT_NEAR(shown.pixels()[0], (100 + heat_colour(1)[0]) / 2.0, 0.6);
  EXPECT_EQ(overlay(picture, seen, 0.f), picture);
}

TEST(Overlay, RefusesAnExplanationWithoutAMapAndOneOfAnotherPicture) {
  EXPECT_THROW(overlay(grey(2, 2), {}), Error);
  Explanation seen;
  seen.side_px = 1;
  seen.saliency = {1};
  const PictureSquare kBad[] = {{0, 0, 0}, {0, 0, 3}, {1, 0, 2}, {0, 1, 2}, {-1, 0, 1}};
  for (const PictureSquare& square : kBad) {
    seen.square = square;
    EXPECT_THROW(overlay(grey(2, 2), seen), Error)
        << square.left << ", " << square.top << ", " << square.side;
  }
}

TEST(SideBySide, KeepsPicturesAsTheyAreOnWhite) {
  const Image pictures[] = {grey(2, 1), grey(1, 3)};
  const Image all = side_by_side(pictures, 2);
  ASSERT_EQ(all.width(), 5);
  ASSERT_EQ(all.height(), 3);
  const int expected[3][5] = {
      {100, 100, 255, 255, 100}, {255, 255, 255, 255, 100}, {255, 255, 255, 255, 100}};
  for (int y = 0; y < 3; ++y)
    for (int x = 0; x < 5; ++x) EXPECT_EQ(all.row(y)[3 * x + 1], expected[y][x]) << x << "," << y;
}

}  // namespace
}  // namespace giemsa
