// Near-duplicates and pictures of no cell: bounds of the changes, and how far the families differ.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <set>

#include "giemsa/core/hash.h"
#include "giemsa/plant/near_duplicate.h"
#include "giemsa/plant/non_cells.h"
#include "giemsa/synth/cell_painter.h"

namespace giemsa::testing {
namespace {

using ::testing::HasSubstr;

TEST(NearDuplicate, ChangesStayWithinTheirBounds) {
  Random drawing({1});
  const Image cell = draw_cell(CellClass::Monocyte, 100, drawing);
  int crops = 0, resized = 0, mirrored = 0, turned = 0, lit = 0, encoded = 0;
  for (std::uint64_t i = 0; i < 400; ++i) {
    Random random({i});
    const NearDuplicate near = draw_near_duplicate(cell, random);
    EXPECT_FALSE(near.detail.empty());
    const auto has = [&](const char* word) { return near.detail.find(word) != std::string::npos; };
    crops += has("crop");
    resized += has("resize");
    mirrored += has("mirror");
    turned += has("turn");
    lit += has("contrast");
    encoded += has("jpeg");
    EXPECT_EQ(has("jpeg"), near.jpeg_quality > 0);
    if (near.jpeg_quality > 0) {
      EXPECT_GE(near.jpeg_quality, 30);
      EXPECT_LE(near.jpeg_quality, 90);
    }
    const double least = has("crop") ? 90 : 100;
    EXPECT_GE(near.image.width(), std::floor(least * (has("resize") ? 0.4 : 1.0)));
    EXPECT_LE(near.image.width(), has("resize") ? 200 : 100);
    EXPECT_TRUE(has("jpeg") || near.image != cell) << near.detail;
  }
  for (const int count : {crops, resized, mirrored, turned, encoded}) EXPECT_GT(count, 100);
  EXPECT_GT(lit, 50);
}

TEST(NearDuplicate, MirrorAndTurnsArePixelExact) {
  Image image(4, 2);
  for (int i = 0; i < 24; ++i) image.pixels()[i] = static_cast<std::uint8_t>(10 * i);
  std::set<std::string> seen;
  for (std::uint64_t i = 0; i < 2000; ++i) {
    Random random({i});
    const NearDuplicate near = draw_near_duplicate(image, random);
    if (near.detail == "mirror") {
      for (int y = 0; y < 2; ++y)
        for (int x = 0; x < 4; ++x) EXPECT_EQ(near.image.row(y)[3 * x], image.row(y)[3 * (3 - x)]);
    } else if (near.detail == "turn 90") {
      ASSERT_EQ(near.image.width(), 2);
      for (int y = 0; y < 4; ++y)
        for (int x = 0; x < 2; ++x) EXPECT_EQ(near.image.row(y)[3 * x], image.row(1 - x)[3 * y]);
    } else if (near.detail == "turn 180") {
      for (int y = 0; y < 2; ++y)
        for (int x = 0; x < 4; ++x) EXPECT_EQ(near.image.row(y)[3 * x], image.row(1 - y)[3 * (3 - x)]);
    } else {
      continue;
    }
    seen.insert(near.detail);
  }
  EXPECT_THAT(seen, ::testing::ElementsAre("mirror", "turn 180", "turn 90"));
}

TEST(NonCells, EveryFamilyDrawsEverySizeAndNothingTwice) {
  std::set<std::string> pictures;
  for (int k = 0; k < kNonCellCount; ++k) {
    const auto family = static_cast<NonCell>(k);
    SCOPED_TRACE(non_cell_name(family));
    for (std::uint64_t i = 0; i < 10; ++i) {
      Random random({i}), again({i});
      const Image image = draw_non_cell(family, 96, 80, random);
      EXPECT_EQ(image.width(), 96);
      EXPECT_EQ(image.height(), 80);
      EXPECT_EQ(image, draw_non_cell(family, 96, 80, again));
      EXPECT_TRUE(pictures.insert(sha256_hex(image.bytes())).second);
    }
    for (const auto& [width, height] : {std::pair{1, 1}, {7, 33}, {600, 20}}) {
      Random random({1});
      const Image image = draw_non_cell(family, width, height, random);
      EXPECT_EQ(image.width(), width);
      EXPECT_EQ(image.height(), height);
    }
  }
}

TEST(NonCells, RedCellsHaveNoNucleus) {
  // Chromatin takes up red light far more than haemoglobin does: dark in red is a white cell.
  const auto dark_share = [](const Image& image) {
    int dark = 0;
    for (int i = 0; i < image.width() * image.height(); ++i) dark += image.pixels()[3 * i] < 90;
    return static_cast<double>(dark) / (image.width() * image.height());
  };
  for (std::uint64_t i = 0; i < 20; ++i) {
    Random random({i}), drawing({i});
    EXPECT_LT(dark_share(draw_non_cell(NonCell::RedCells, 96, 96, random)), 0.01) << i;
    EXPECT_GT(dark_share(draw_cell(CellClass::Lymphocyte, 96, drawing)), 0.02) << i;
  }
}

TEST(NearDuplicate, AlwaysChangesSomePixel) {
  for (const int size : {1, 4, 9}) {  // too small for a crop to cut anything off
    Image image(size, size);
    std::fill_n(image.pixels(), 3 * size * size, std::uint8_t{90});  // the same mirrored and turned
    for (std::uint64_t i = 0; i < 500; ++i) {
      Random random({i});
      const NearDuplicate near = draw_near_duplicate(image, random);
      EXPECT_TRUE(near.jpeg_quality > 0 || near.image != image) << near.detail;
    }
  }
}

TEST(NonCells, PlasmaOfTinyPicturesHasColours) {
  for (const int size : {1, 2}) {
    std::set<std::string> pictures;
    for (std::uint64_t i = 0; i < 20; ++i) {
      Random random({i});
      pictures.insert(sha256_hex(draw_non_cell(NonCell::Plasma, size, size, random).bytes()));
    }
    EXPECT_EQ(pictures.size(), 20u);  // without any noise all are alike
  }
}

}  // namespace
}  // namespace giemsa::testing
