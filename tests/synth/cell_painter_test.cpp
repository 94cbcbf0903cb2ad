#include "giemsa/synth/cell_painter.h"

#include <gmock/gmock.h>

#include <algorithm>
#include <numeric>

#include "giemsa/core/error.h"

namespace giemsa {
namespace {

constexpr int kPictures = 24;  // per class; enough for the means below to lie far from their limits
constexpr int kSize_px = 96;

SyntheticCell cell(CellClass cell_class, std::uint64_t number, int size_px = kSize_px) {
  Random random({fnv1a("cell_painter_test"), number});
  return draw_cell_with_masks(cell_class, size_px, random);
}

double area_frac(const std::vector<std::uint8_t>& mask) {
  return std::accumulate(mask.begin(), mask.end(), 0.0) / mask.size();
}

/// What the pictures of a class look like on average.
struct Look {
  double cell_frac = 0;       ///< share of the picture
  double nucleus_frac = 0;    ///< share of the cell
  double cytoplasm[3] = {};   ///< RGB of the cell without its nucleus
  double nucleus_bright = 0;  ///< mean of R, G, B inside the nucleus, 0…255
  double cell_bright = 0;     ///< the same of the whole cell
};

Look look_of(CellClass cell_class) {
  Look look;
  for (int k = 0; k < kPictures; ++k) {
    const SyntheticCell c = cell(cell_class, k);
    double sum[2][3] = {}, count[2] = {};
    for (std::size_t i = 0; i < c.cell_mask.size(); ++i) {
      if (!c.cell_mask[i]) continue;
      const int part = c.nucleus_mask[i];
      ++count[part];
      for (int ch = 0; ch < 3; ++ch) sum[part][ch] += c.image.pixels()[3 * i + ch];
    }
    look.cell_frac += area_frac(c.cell_mask) / kPictures;
    look.nucleus_frac += count[1] / (count[0] + count[1]) / kPictures;
    double all = 0, inside = 0;
    for (int ch = 0; ch < 3; ++ch) {
      look.cytoplasm[ch] += sum[0][ch] / count[0] / kPictures;
      all += sum[0][ch] + sum[1][ch];
      inside += sum[1][ch];
    }
    look.cell_bright += all / (3 * (count[0] + count[1])) / kPictures;
    if (count[1] > 0) look.nucleus_bright += inside / (3 * count[1]) / kPictures;
  }
  return look;
}

const std::array<Look, kCellClassCount>& looks() {
  static const auto all = [] {
    std::array<Look, kCellClassCount> table;
    for (int k = 0; k < kCellClassCount; ++k) table[k] = look_of(CellClass(k));
    return table;
  }();
  return all;
}

const Look& of(CellClass cell_class) { return looks()[static_cast<std::size_t>(cell_class)]; }

using enum CellClass;

TEST(CellPainter, ClassesKeepTheirOrder) {
  EXPECT_THAT(kCellClassNames, testing::ElementsAre("basophil", "eosinophil", "erythroblast", "ig",
                                                    "lymphocyte", "monocyte", "neutrophil", "platelet"));
  EXPECT_EQ(kCellClassNames[static_cast<int>(Platelet)], "platelet");
}

TEST(CellPainter, SameStreamSameBytes) {
  for (int k = 0; k < kCellClassCount; ++k) {
    const SyntheticCell a = cell(CellClass(k), 7), b = cell(CellClass(k), 7), other = cell(CellClass(k), 8);
    EXPECT_EQ(a.image, b.image) << kCellClassNames[k];
    EXPECT_EQ(a.cell_mask, b.cell_mask) << kCellClassNames[k];
    EXPECT_EQ(a.nucleus_mask, b.nucleus_mask) << kCellClassNames[k];
    EXPECT_NE(a.image, other.image) << kCellClassNames[k];
  }
}

TEST(CellPainter, DrawCellIsThePictureOfDrawCellWithMasks) {
  Random a({3}), b({3});
  EXPECT_EQ(draw_cell(Monocyte, 48, a), draw_cell_with_masks(Monocyte, 48, b).image);
}

TEST(CellPainter, DrawsEverySizeAndTheSameSceneAtEach) {
  const double reference = area_frac(cell(Neutrophil, 1, 192).cell_mask);
  for (const int size_px : {32, 33, 96, 100, 224, 360, 512}) {
    const SyntheticCell c = cell(Neutrophil, 1, size_px);
    EXPECT_EQ(c.image.width(), size_px);
    EXPECT_EQ(c.image.height(), size_px);
    ASSERT_EQ(c.cell_mask.size(), std::size_t(size_px) * size_px);
    ASSERT_EQ(c.nucleus_mask.size(), c.cell_mask.size());
    EXPECT_NEAR(area_frac(c.cell_mask), reference, 0.02) << size_px;
  }
}

TEST(CellPainter, RefusesSizesOutOfRange) {
  for (const int size_px : {-1, 0, 31, 513}) {
    Random random({1});
    try {
      draw_cell(Basophil, size_px, random);
      ADD_FAILURE() << size_px << " px was accepted";
    } catch (const Error& error) {
      EXPECT_EQ(error.kind(), ErrorKind::Usage);
      EXPECT_EQ(error.message(), "[synth] size " + std::to_string(size_px) + " px; expected 32 to 512");
    }
  }
}

TEST(CellPainter, CellLiesInTheMiddleAndNucleusInTheCell) {
  for (int k = 0; k < kCellClassCount; ++k)
    for (int number = 0; number < kPictures; ++number) {
      const SyntheticCell c = cell(CellClass(k), number);
      double x = 0, y = 0, pixels = 0;
      bool nucleus_inside = true;
      for (int i = 0; i < kSize_px * kSize_px; ++i) {
        if (c.nucleus_mask[i] && !c.cell_mask[i]) nucleus_inside = false;
        if (!c.cell_mask[i]) continue;
        x += i % kSize_px, y += i / kSize_px, ++pixels;
      }
      ASSERT_GT(pixels, 20) << kCellClassNames[k] << " " << number;
      // 0.9 µm of jitter is 5 px; uneven outlines move the centre of mass a little more.
      EXPECT_NEAR(x / pixels, (kSize_px - 1) / 2.0, 8) << kCellClassNames[k] << " " << number;
      EXPECT_NEAR(y / pixels, (kSize_px - 1) / 2.0, 8) << kCellClassNames[k] << " " << number;
      EXPECT_TRUE(nucleus_inside) << kCellClassNames[k] << " " << number;
    }
}

TEST(CellPainter, SizesFollowHaematology) {
  EXPECT_LT(of(Platelet).cell_frac, 0.5 * of(Erythroblast).cell_frac);
  EXPECT_LT(of(Lymphocyte).cell_frac, 0.7 * of(Neutrophil).cell_frac);
  EXPECT_LT(of(Erythroblast).cell_frac, 0.7 * of(Neutrophil).cell_frac);
  for (int k = 0; k < kCellClassCount; ++k)
    if (CellClass(k) != Monocyte) {
      EXPECT_LT(looks()[k].cell_frac, of(Monocyte).cell_frac) << kCellClassNames[k];
    }
}

TEST(CellPainter, NucleiFillTheirShareOfTheCell) {
  EXPECT_EQ(of(Platelet).nucleus_frac, 0);
  EXPECT_GT(of(Lymphocyte).nucleus_frac, 0.6);
  EXPECT_GT(of(Lymphocyte).nucleus_frac, 1.8 * of(Neutrophil).nucleus_frac);
  EXPECT_GT(of(Lymphocyte).nucleus_frac, 1.3 * of(Erythroblast).nucleus_frac);
  EXPECT_GT(of(Ig).nucleus_frac, of(Neutrophil).nucleus_frac);
}

TEST(CellPainter, StainsGiveTheirColours) {
  const auto red = [](CellClass c) { return of(c).cytoplasm[0]; };
  const auto green = [](CellClass c) { return of(c).cytoplasm[1]; };
  const auto blue = [](CellClass c) { return of(c).cytoplasm[2]; };
  // Eosinophil granules are orange-pink, basophil granules dark violet.
  EXPECT_GT(red(Eosinophil), blue(Eosinophil) + 25);
  EXPECT_GT(blue(Basophil), red(Basophil));
  EXPECT_LT(of(Basophil).cell_bright, of(Eosinophil).cell_bright);
  // Neutrophil cytoplasm is pale and pink, monocyte and lymphocyte cytoplasm blue-grey.
  EXPECT_GT(green(Neutrophil), green(Monocyte));
  EXPECT_GT(red(Neutrophil), blue(Neutrophil));
  EXPECT_GT(blue(Monocyte), red(Monocyte));
  EXPECT_GT(blue(Lymphocyte), red(Lymphocyte));
  // The erythroblast's nucleus is the densest, the monocyte's lacy, the basophil's pale under its granules.
  for (const CellClass c : {Ig, Lymphocyte, Monocyte, Neutrophil})
    EXPECT_LT(of(Erythroblast).nucleus_bright, of(c).nucleus_bright) << kCellClassNames[static_cast<int>(c)];
  EXPECT_GT(of(Monocyte).nucleus_bright, of(Lymphocyte).nucleus_bright);
}

TEST(CellPainter, GroundIsPaleAndRedCellsSurroundTheCell) {
  double pale = 0, red_cell = 0;
  for (int number = 0; number < kPictures; ++number) {
    const SyntheticCell c = cell(Platelet, number);
    std::vector<int> green;
    for (std::size_t i = 0; i < c.cell_mask.size(); ++i)
      if (!c.cell_mask[i]) green.push_back(c.image.pixels()[3 * i + 1]);
    std::sort(green.begin(), green.end());
    pale += green[green.size() * 95 / 100] / double(kPictures);
    red_cell += green[green.size() * 5 / 100] / double(kPictures);
  }
  EXPECT_GT(pale, 205);
  EXPECT_LT(red_cell, pale - 40);
  EXPECT_GT(red_cell, 90);
}

}  // namespace
}  // namespace giemsa
