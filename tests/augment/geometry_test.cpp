#include "giemsa/augment/geometry.h"

#include <gtest/gtest.h>

#include <cmath>

#include "augment/made_image.h"

namespace giemsa {
namespace {

using testing::made_image;
using testing::make_image;

/// Where the output pixel (x, y) of a picture with `last` as its last index comes from.
using Source = std::pair<int, int> (*)(int x, int y, int last);

TEST(Warp, FlipsAndQuarterTurnsMovePixelsExactly) {
  const struct {
    const char* what;
    Geometry geometry;
    Source source;
  } kCases[] = {
      {"identity", {}, [](int x, int y, int) { return std::pair(x, y); }},
      {"mirror", {.flip_horizontal = true}, [](int x, int y, int last) { return std::pair(last - x, y); }},
      {"top to bottom",
       {.flip_vertical = true},
       [](int x, int y, int last) { return std::pair(x, last - y); }},
      {"both",
       {.flip_horizontal = true, .flip_vertical = true},
       [](int x, int y, int last) { return std::pair(last - x, last - y); }},
      // Counter-clockwise: what was right is now on top.
      {"90°", {.angle_deg = 90}, [](int x, int y, int last) { return std::pair(last - y, x); }},
      {"-90°", {.angle_deg = -90}, [](int x, int y, int last) { return std::pair(y, last - x); }},
      {"180°", {.angle_deg = 180}, [](int x, int y, int last) { return std::pair(last - x, last - y); }},
      {"-180°", {.angle_deg = -180}, [](int x, int y, int last) { return std::pair(last - x, last - y); }},
      // The mirror comes first.
      {"mirror, then 90°",
       {.flip_horizontal = true, .angle_deg = 90},
       [](int x, int y, int) { return std::pair(y, x); }},
  };
  for (const int side : {8, 9, 96}) {
    const Image input = made_image(side);
    for (const auto& [what, geometry, source] : kCases) {
      const Image expected = make_image(side, [&, from = source](int x, int y, int c) {
        const auto [sx, sy] = from(x, y, side - 1);
        return input.row(sy)[3 * sx + c];
      });
      EXPECT_EQ(warp(input, geometry, side), expected) << what << " at " << side << " px";
    }
  }
}

TEST(Warp, WholePixelShiftsMoveAndMirrorTheRest) {
  const Image input = made_image(8);
  const Image right = warp(input, {.shift_x_frac = 2.0 / 8}, 8);  // to the right
  const Image down = warp(input, {.shift_y_frac = 3.0 / 8}, 8);
  const auto mirrored = [](int i) { return std::abs(i); };  // about the first pixel's centre
  EXPECT_EQ(right, make_image(8, [&](int x, int y, int c) { return input.row(y)[3 * mirrored(x - 2) + c]; }));
  EXPECT_EQ(down, make_image(8, [&](int x, int y, int c) { return input.row(mirrored(y - 3))[3 * x + c]; }));
}

TEST(Warp, ScaleAboveOneEnlarges) {
  // A bright square of 8 px at the centre of 32 px becomes 16 px.
  const auto square = [](int half) {
    return make_image(32, [=](int x, int y, int) {
      return std::max(std::abs(2 * x - 31), std::abs(2 * y - 31)) < 2 * half ? 255 : 0;
    });
  };
  // Counted in the middle; beyond it the mirrored border may repeat the square.
  const auto bright = [](const Image& image) {
    double sum = 0;
    for (int y = 4; y < 28; ++y) {
      for (int x = 4; x < 28; ++x) sum += image.row(y)[3 * x] / 255.0;
    }
    return sum;
  };
  EXPECT_NEAR(bright(warp(square(4), {.scale = 2}, 32)), 16 * 16, 10);
  EXPECT_NEAR(bright(warp(square(8), {.scale = 0.5}, 32)), 8 * 8, 18);  // a pixel more at the edges
}

TEST(Warp, NoChangeWithHalfTheSideIsAreaAveraging) {
  for (const int side : {8, 48, 96}) {
    const Image input = made_image(2 * side);
    const Image output = warp(input, {}, side);
    const Image same_road = crop_and_resize(input, {.input_px = side});
    int worst = 0;
    for (int y = 0; y < side; ++y) {
      for (int x = 0; x < side; ++x) {
        for (int c = 0; c < 3; ++c) {
          const auto at = [&](int dx, int dy) { return int{input.row(2 * y + dy)[3 * (2 * x + dx) + c]}; };
          const int four = at(0, 0) + at(1, 0) + at(0, 1) + at(1, 1);
          worst = std::max(worst, std::abs(4 * output.row(y)[3 * x + c] - four));
        }
      }
    }
    EXPECT_LE(worst, 2) << "the mean of four pixels, rounded";
    EXPECT_EQ(output, same_road) << "training and prediction shrink alike";
  }
}

TEST(Warp, ShrinkingByAnyFactorKeepsTheMean) {
  for (const int side : {60, 100, 150, 200, 301}) {
    const Image input = made_image(side);
    double before = 0, after = 0;
    for (const std::uint8_t value : input.bytes()) before += value;
    const Image output = warp(input, {}, 48);
    for (const std::uint8_t value : output.bytes()) after += value;
    EXPECT_EQ(output.width(), 48);
    EXPECT_NEAR(before / (3.0 * side * side), after / (3.0 * 48 * 48), 2) << side;
  }
}

TEST(Warp, AConstantPictureStaysConstant) {
  const Image grey = make_image(50, [](int, int, int c) { return 60 * (c + 1); });
  const Geometry geometry{
      .flip_horizontal = true, .angle_deg = 33, .scale = 0.7, .shift_x_frac = 0.2, .shift_y_frac = -0.1};
  for (const int side : {20, 50, 70}) {
    EXPECT_EQ(warp(grey, geometry, side), make_image(side, [](int, int, int c) { return 60 * (c + 1); }))
        << side;
  }
}

TEST(Warp, ReadsViewsWithGapsBetweenRows) {
  const Image input = made_image(40);
  const ImageView inner = input.view().crop(7, 3, 20, 20);
  const Image copy = make_image(20, [&](int x, int y, int c) { return inner.row(y)[3 * x + c]; });
  const Geometry geometry{.angle_deg = 20, .scale = 1.1};
  EXPECT_EQ(warp(inner, geometry, 16), warp(copy, geometry, 16));
}

TEST(Geometry, IsTheIdentityOnlyWithoutAnyChange) {
  EXPECT_TRUE(Geometry{}.is_identity());
  EXPECT_TRUE((Geometry{.angle_deg = -0.0, .shift_x_frac = -0.0}).is_identity());
  for (const Geometry& g :
       {Geometry{.flip_horizontal = true}, Geometry{.flip_vertical = true}, Geometry{.angle_deg = 1},
        Geometry{.scale = 1.1}, Geometry{.shift_x_frac = 0.1}, Geometry{.shift_y_frac = 0.1}}) {
    EXPECT_FALSE(g.is_identity());
  }
}

TEST(DrawGeometry, StaysInsideItsOptionsAndFillsThem) {
  const AugmentOptions options{.rotation_deg = 30, .scale = 1.5, .shift_frac = 0.1};
  Random random({1});
  const int n = 4000;
  int horizontal = 0, vertical = 0;
  double angle = 0, most_angle = 0, log_scale = 0, most_scale = 0, least_scale = 9, most_shift = 0;
  for (int i = 0; i < n; ++i) {
    const Geometry g = draw_geometry(options, random);
    horizontal += g.flip_horizontal;
    vertical += g.flip_vertical;
    angle += g.angle_deg / n;
    log_scale += std::log(g.scale) / n;
    most_angle = std::max(most_angle, std::abs(g.angle_deg));
    most_scale = std::max(most_scale, g.scale);
    least_scale = std::min(least_scale, g.scale);
    most_shift = std::max({most_shift, std::abs(g.shift_x_frac), std::abs(g.shift_y_frac)});
  }
  EXPECT_NEAR(horizontal, n / 2, 130);  // four standard deviations
  EXPECT_NEAR(vertical, n / 2, 130);
  EXPECT_NEAR(angle, 0, 1.2);
  EXPECT_NEAR(log_scale, 0, 0.016) << "as often smaller as larger";
  EXPECT_LE(most_angle, 30);
  EXPECT_GT(most_angle, 29);
  EXPECT_LE(most_scale, 1.5);
  EXPECT_GT(most_scale, 1.48);
  EXPECT_GE(least_scale, 1 / 1.5);
  EXPECT_LE(most_shift, 0.1);
  EXPECT_GT(most_shift, 0.099);
}

TEST(DrawGeometry, TurningOnePartOffLeavesTheOthers) {
  Random all({5}), some({5});
  const Geometry a = draw_geometry({}, all),
                 b = draw_geometry({.flip_horizontal = false, .rotation_deg = 0}, some);
  EXPECT_EQ(b.angle_deg, 0);
  EXPECT_FALSE(b.flip_horizontal);
  EXPECT_EQ(a.flip_vertical, b.flip_vertical);
  EXPECT_EQ(a.scale, b.scale);
  EXPECT_EQ(a.shift_x_frac, b.shift_x_frac);
  EXPECT_EQ(a.shift_y_frac, b.shift_y_frac);
  EXPECT_EQ(all.bits(), some.bits()) << "the stream stands at the same place";
}

}  // namespace
}  // namespace giemsa
