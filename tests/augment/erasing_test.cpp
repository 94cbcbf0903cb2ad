#include "giemsa/augment/erasing.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <vector>

namespace giemsa {
namespace {

TEST(RandomErasing, KeepsToItsAreaAndAspect) {
  Random random({1});
  const int side = 96, n = 20000;
  double least_area = 1, most_area = 0, least_aspect = 9, most_aspect = 0, mean_log_aspect = 0;
  int none = 0, touches_left = 0, touches_right = 0;
  for (int i = 0; i < n; ++i) {
    const ErasedBox box = draw_erased(0.02, 1 / 3., side, random);
    const double width = box.x1 - box.x0, height = box.y1 - box.y0;
    if (width == 0) {
      ++none;
      continue;
    }
    ASSERT_GE(box.x0, 0);
    ASSERT_GE(box.y0, 0);
    ASSERT_LE(box.x1, side);
    ASSERT_LE(box.y1, side);
    touches_left += box.x0 == 0;
    touches_right += box.x1 == side;
    const double area = width * height / (side * side), aspect = height / width;
    least_area = std::min(least_area, area);
    most_area = std::max(most_area, area);
    least_aspect = std::min(least_aspect, aspect);
    most_aspect = std::max(most_aspect, aspect);
    mean_log_aspect += std::log(aspect) / n;
  }
  // Sides are whole pixels, which moves both a little.
  EXPECT_NEAR(least_area, 0.02, 0.002);
  EXPECT_NEAR(most_area, 1 / 3., 0.008);
  EXPECT_GE(least_aspect, 0.3 * 0.93);
  EXPECT_LE(most_aspect, 1.07 / 0.3);
  EXPECT_LT(least_aspect, 0.32);
  EXPECT_GT(most_aspect, 3.1);
  EXPECT_NEAR(mean_log_aspect, 0, 0.02) << "as often tall as wide";
  EXPECT_LT(none, 5) << "ten tries nearly always find a place";
  EXPECT_GT(touches_left, 100);
  EXPECT_GT(touches_right, 100);
}

TEST(RandomErasing, GivesUpWhereNoRectangleFits) {
  Random random({2});
  const ErasedBox box = draw_erased(1, 1, 32, random);  // the whole picture is no rectangle within it
  EXPECT_EQ(box.x1 - box.x0, 0);
}

TEST(Cutout, IsASquareCutAtTheBorder) {
  Random random({3});
  int whole = 0, largest = 0;
  for (int i = 0; i < 2000; ++i) {
    const ErasedBox box = draw_cutout(0.25, 96, random);
    const int width = box.x1 - box.x0, height = box.y1 - box.y0;
    ASSERT_GE(width, 12);  // the centre lies inside
    ASSERT_GE(height, 12);
    largest = std::max({largest, width, height});
    whole += width == 24 && height == 24;
  }
  EXPECT_EQ(largest, 24);
  EXPECT_NEAR(whole / 2000.0, 73. / 96 * 73 / 96, 0.05);
}

TEST(Erase, FillsTheBoxAndNothingElse) {
  const Preprocess preprocess{.input_px = 8};
  const ErasedBox box{2, 1, 5, 7};
  for (const std::string fill : {"mean", "black", "noise"}) {
    std::vector<float> pixels(8 * 8 * 3, 9.f);
    erase(box, fill, preprocess, 77, pixels.data());
    double sum = 0, squares = 0;
    for (int i = 0; i < 8 * 8 * 3; ++i) {
      const int x = i / 3 % 8, y = i / 24, c = i % 3;
      const bool inside = x >= 2 && x < 5 && y >= 1 && y < 7;
      if (!inside) {
        EXPECT_EQ(pixels[i], 9.f) << fill;
      } else if (fill == "mean") {
        EXPECT_EQ(pixels[i], 0.f);
      } else if (fill == "black") {
        EXPECT_FLOAT_EQ(pixels[i], -preprocess.mean[c] / preprocess.std[c]);
      } else {
        sum += pixels[i] / 54;
        squares += pixels[i] * pixels[i] / 54;
      }
    }
    if (fill == "noise") {
      EXPECT_NEAR(sum, 0, 0.6);
      EXPECT_NEAR(squares, 1, 0.8);
    }
  }
}

}  // namespace
}  // namespace giemsa
