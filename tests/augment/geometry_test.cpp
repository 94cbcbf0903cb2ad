#include "giemsa/augment/geometry.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
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
      EXPECT_EQ(warp(input, geometry.to_input(), side), expected) << what << " at " << side << " px";
    }
  }
}

TEST(Warp, WholePixelShiftsMoveAndMirrorTheRest) {
  const Image input = made_image(8);
  const Image right = warp(input, Geometry{.shift_x = 2.0 / 8}.to_input(), 8);  // to the right
  const Image down = warp(input, Geometry{.shift_y = 3.0 / 8}.to_input(), 8);
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
    for (int y = 7; y < 25; ++y) {
      for (int x = 7; x < 25; ++x) sum += image.row(y)[3 * x] / 255.0;
    }
    return sum;
  };
  EXPECT_NEAR(bright(warp(square(4), Geometry{.zoom = 2}.to_input(), 32)), 16 * 16, 10);
  EXPECT_NEAR(bright(warp(square(8), Geometry{.zoom = 0.5}.to_input(), 32)), 8 * 8,
              18);  // a pixel more at the edges
}

TEST(Warp, NoChangeWithHalfTheSideIsAreaAveraging) {
  for (const int side : {8, 48, 96}) {
    const Image input = made_image(2 * side);
    const Image output = warp(input, Geometry{}.to_input(), side);
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
    const Image output = warp(input, Geometry{}.to_input(), 48);
    for (const std::uint8_t value : output.bytes()) after += value;
    EXPECT_EQ(output.width(), 48);
    EXPECT_NEAR(before / (3.0 * side * side), after / (3.0 * 48 * 48), 2) << side;
  }
}

TEST(Warp, AConstantPictureStaysConstant) {
  const Image grey = make_image(50, [](int, int, int c) { return 60 * (c + 1); });
  const Geometry geometry{
      .flip_horizontal = true, .angle_deg = 33, .zoom = 0.7, .shift_x = 0.2, .shift_y = -0.1};
  for (const int side : {20, 50, 70}) {
    EXPECT_EQ(warp(grey, geometry.to_input(), side),
              make_image(side, [](int, int, int c) { return 60 * (c + 1); }))
        << side;
  }
}

TEST(Warp, ReadsViewsWithGapsBetweenRows) {
  const Image input = made_image(40);
  const ImageView inner = input.view().crop(7, 3, 20, 20);
  const Image copy = make_image(20, [&](int x, int y, int c) { return inner.row(y)[3 * x + c]; });
  const Geometry geometry{.angle_deg = 20, .zoom = 1.1};
  EXPECT_EQ(warp(inner, geometry.to_input(), 16), warp(copy, geometry.to_input(), 16));
}

TEST(Geometry, IsTheIdentityOnlyWithoutAnyChange) {
  EXPECT_TRUE(Geometry{}.is_identity());
  EXPECT_TRUE((Geometry{.angle_deg = -0.0, .shift_x = -0.0}).is_identity());
  for (const Geometry& g :
       {Geometry{.flip_horizontal = true}, Geometry{.flip_vertical = true}, Geometry{.angle_deg = 1},
        Geometry{.zoom = 1.1}, Geometry{.shift_x = 0.1}, Geometry{.shift_y = 0.1},
        Geometry{.quarter_turns = 1}, Geometry{.shear_x = 0.1}, Geometry{.shear_y = -0.1}}) {
    EXPECT_FALSE(g.is_identity());
  }
}

TEST(FlipAndTurn, IsTheWarpOfTheSameChange) {
  for (const int side : {1, 2, 9, 96}) {
    const Image input = made_image(side);
    for (int k = 0; k < 16; ++k) {
      const Geometry geometry{
          .flip_horizontal = k % 2 == 1, .flip_vertical = k / 2 % 2 == 1, .quarter_turns = k / 4};
      EXPECT_EQ(flip_and_turn(input, geometry), warp(input, geometry.to_input(), side))
          << k << " at " << side;
    }
  }
}

TEST(FlipAndTurn, UndoesItself) {
  const Image input = made_image(31);
  for (const Geometry& flip :
       {Geometry{.flip_horizontal = true}, Geometry{.flip_vertical = true}, Geometry{.quarter_turns = 2}}) {
    EXPECT_NE(flip_and_turn(input, flip), input);
    EXPECT_EQ(flip_and_turn(flip_and_turn(input, flip), flip), input);
  }
  EXPECT_EQ(flip_and_turn(flip_and_turn(input, {.quarter_turns = 1}), {.quarter_turns = 3}), input);
  // Counter-clockwise: the upper right corner comes to the upper left.
  const Image turned = flip_and_turn(input, {.quarter_turns = 1});
  EXPECT_TRUE(std::equal(turned.row(0), turned.row(0) + 3, input.row(0) + 90));
}

/// The change step by step on one point of the input, positions from -0.5 to 0.5, y down.
std::array<double, 2> moved(std::array<double, 2> p, const Geometry& g) {
  auto& [x, y] = p;
  if (g.flip_horizontal) x = -x;
  if (g.flip_vertical) y = -y;
  const auto rotate = [&](double degrees) {
    const double c = std::cos(degrees * M_PI / 180), s = std::sin(degrees * M_PI / 180);
    p = {c * x + s * y, -s * x + c * y};
  };
  rotate(90.0 * g.quarter_turns);
  rotate(g.angle_deg);
  x -= g.shear_x * y;
  y -= g.shear_y * x;
  return {x * g.zoom + g.shift_x, y * g.zoom + g.shift_y};
}

TEST(Geometry, SendsEachPointBackToWhereItCameFrom) {
  const Geometry kGeometries[] = {
      {.quarter_turns = 1},
      {.angle_deg = 20},
      {.shear_x = 0.3},
      {.shear_y = -0.4},
      {.zoom = 1.3, .shift_x = 0.1, .shift_y = -0.2},
      {.flip_horizontal = true,
       .flip_vertical = true,
       .quarter_turns = 3,
       .angle_deg = -71,
       .shear_x = 0.2,
       .shear_y = 0.1,
       .zoom = 0.7,
       .shift_x = -0.05,
       .shift_y = 0.3},
  };
  for (const Geometry& geometry : kGeometries) {
    const Affine m = geometry.to_input();
    for (const auto& [x, y] : {std::pair(0.0, 0.0), {0.3, -0.1}, {-0.5, 0.5}}) {
      const auto [u, v] = moved({x, y}, geometry);
      EXPECT_NEAR(m[0] * u + m[1] * v + m[2], x, 1e-12);
      EXPECT_NEAR(m[3] * u + m[4] * v + m[5], y, 1e-12);
    }
  }
}

/// Bilinear samples in double precision, mirrored outside.
double sampled(const Image& image, double x, double y, int c) {
  const int last = image.width() - 1;
  const auto mirrored = [&](int i) {
    while (i < 0 || i > last) i = i < 0 ? -i : 2 * last - i;
    return i;
  };
  const int ix = static_cast<int>(std::floor(x)), iy = static_cast<int>(std::floor(y));
  const double fx = x - ix, fy = y - iy;
  const auto at = [&](int i, int j) { return double{image.row(mirrored(j))[3 * mirrored(i) + c] * 1.0}; };
  return (1 - fy) * ((1 - fx) * at(ix, iy) + fx * at(ix + 1, iy)) +
         fy * ((1 - fx) * at(ix, iy + 1) + fx * at(ix + 1, iy + 1));
}

TEST(Warp, SamplesBilinearlyAndMirrorsAsOftenAsNeeded) {
  const int side = 40;
  const Image input = made_image(side);
  for (const Geometry& geometry :
       {Geometry{.angle_deg = 17}, Geometry{.angle_deg = -100, .shear_x = 0.2, .zoom = 1.7},
        Geometry{.angle_deg = 45, .zoom = 0.75, .shift_x = 0.5, .shift_y = -0.5},
        Geometry{.angle_deg = 5, .shear_x = 3, .shift_x = 0.5}}) {
    const Affine m = geometry.to_input();
    const Image output = warp(input, m, side);
    double worst = 0, mean = 0;
    for (int y = 0; y < side; ++y) {
      for (int x = 0; x < side; ++x) {
        const double u = (x + 0.5) / side - 0.5, v = (y + 0.5) / side - 0.5;
        const double sx = (m[0] * u + m[1] * v + m[2] + 0.5) * side - 0.5;
        const double sy = (m[3] * u + m[4] * v + m[5] + 0.5) * side - 0.5;
        for (int c = 0; c < 3; ++c) {
          const double difference = std::abs(output.row(y)[3 * x + c] - sampled(input, sx, sy, c));
          worst = std::max(worst, difference);
          mean += difference / (3 * side * side);
        }
      }
    }
    EXPECT_LT(worst, 2.5) << "positions in 1/256 px, weights of 8 bits, levels rounded";
    EXPECT_LT(mean, 0.5);
  }
}

TEST(Warp, ShrinksBeyondItsWindow) {
  for (const int side : {200, 301, 1000}) {  // to 8 px: a window above 8 is shrunk to first
    const Image input = made_image(side);
    const Image output = warp(input, Geometry{.angle_deg = 30, .zoom = 0.9}.to_input(), 8);
    for (const std::uint8_t level : output.bytes()) EXPECT_NEAR(level, 127.5, 24) << side;
  }
  EXPECT_EQ(warp(made_image(1), Geometry{.angle_deg = 30}.to_input(), 4).width(), 4);
}

}  // namespace
}  // namespace giemsa
